package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.observe.Observations;
import io.flotilla.replication.Replica;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What every request passes, whatever its route. Thread-safe.
final class Front {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    /// One line per answered request, on level DEBUG.
    private static final Logger ACCESS = LoggerFactory.getLogger("io.flotilla.http.access");

    private static final String EXPOSED =
            "Flotilla-Node, Flotilla-Leader, Flotilla-Gtid, Flotilla-Rows-Affected, Flotilla-Last-Insert-Id,"
                    + " Retry-After";

    /// `Authorization` is left out on purpose: a page of another site is not to send any.
    private static final String ALLOWED_HEADERS =
            "Content-Type, Idempotency-Key, Flotilla-Min-Gtid";

    private final Routes routes;
    private final Replica replica;
    private final SiteGuard guard;
    private final Doorman doorman;
    private final HttpLimits limits;
    private final Observations observations;
    private final Semaphore running;

    Front(
            Routes routes,
            Replica replica,
            SiteGuard guard,
            Doorman doorman,
            HttpLimits limits,
            Observations observations) {
        this.routes = routes;
        this.replica = replica;
        this.guard = guard;
        this.doorman = doorman;
        this.limits = limits;
        this.observations = observations;
        this.running = new Semaphore(limits.maxRequests());
    }

    /// Headers of every answer.
    void decorate(Response response) {
        response.header("Flotilla-Node", replica.self().toString());
        String leader = replica.standing().leader().map(Object::toString).orElse("none");
        response.header("Flotilla-Leader", leader);
        response.header("Cache-Control", "no-store");
        response.header("X-Content-Type-Options", "nosniff");
    }

    /// Answers a request; whatever happens ends in an answer, or in a broken one if it had begun.
    void serve(Request request, Response response) {
        long began = System.nanoTime();
        Optional<Route> route = routes.find(request.method(), request.path());
        try {
            handle(request, response, route);
        } catch (NotHereException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("{} {}: the client is gone", request.method(), request.loggedPath(), e);
            response.abort(e);
        } catch (Throwable e) {
            fail(request, response, e);
        }
        record(request, response, route, Duration.ofNanos(System.nanoTime() - began));
    }

    private void handle(Request request, Response response, Optional<Route> route)
            throws IOException, InterruptedException {
        refuseLongUrl(request);
        if (routes.open(request.path())) {
            response.header("Access-Control-Allow-Origin", "*");
            response.header("Access-Control-Expose-Headers", EXPOSED);
        }
        if (request.method().equals("OPTIONS") && routes.knows(request.path())) {
            preflight(request, response);
            return;
        }
        if (route.isPresent() && route.get().gate() == Route.Gate.OPEN) {
            route.get().handler().handle(timed(request), response);
            return;
        }
        Request known = doorman.identified(request);
        Route found = route.orElseThrow(() -> noRoute(request, response));
        if (found.writes() && !request.forwarded()) {
            guard.refuseForeignWrite(request);
            refuseKey(found, request);
        }
        Request timed = timed(known);
        if (found.gate() == Route.Gate.ACCOUNT) {
            doorman.access(timed);
        }
        if (found.essential()) {
            found.handler().handle(timed, response);
        } else {
            admitted(found, timed, response);
        }
    }

    private Request timed(Request request) {
        return request.forwarded() ? request : request.until(deadline(request));
    }

    private void admitted(Route route, Request request, Response response)
            throws IOException, InterruptedException {
        if (!running.tryAcquire()) {
            throw new FlotillaException(
                    Failure.OVERLOADED, limits.maxRequests() + " requests are under way already");
        }
        try {
            route.handler().handle(request, response);
        } finally {
            running.release();
        }
    }

    /// Requests under way.
    int running() {
        return limits.maxRequests() - running.availablePermits();
    }

    private void refuseLongUrl(Request request) {
        int length = request.path().length() + request.query().map(String::length).orElse(0);
        if (length > limits.maxUrl()) {
            throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            "the URL is longer than " + limits.maxUrl() + " bytes")
                    .withStatus(414);
        }
    }

    /// A promise of exactly-once that is not kept would be worse than none.
    private static void refuseKey(Route route, Request request) {
        if (!route.keyed() && request.header("Idempotency-Key").isPresent()) {
            throw new FlotillaException(
                    Failure.NOT_IMPLEMENTED, "this route does not keep an Idempotency-Key yet");
        }
    }

    private void preflight(Request request, Response response) throws IOException {
        response.header("Allow", routes.allow(request.path()));
        response.header("Access-Control-Allow-Methods", routes.allow(request.path()));
        response.header("Access-Control-Allow-Headers", ALLOWED_HEADERS);
        response.header("Access-Control-Max-Age", "600");
        response.sendEmpty(204);
    }

    private FlotillaException noRoute(Request request, Response response) {
        if (!routes.knows(request.path())) {
            return new FlotillaException(Failure.NOT_FOUND, "no such route: " + request.path());
        }
        String allow = routes.allow(request.path());
        response.header("Allow", allow);
        return new FlotillaException(
                        Failure.BAD_REQUEST, request.method() + " is not for this route: " + allow)
                .withStatus(405);
    }

    private Deadline deadline(Request request) {
        String asked = request.parameters().get("timeout");
        if (asked == null) {
            return request.deadline();
        }
        Duration timeout = Timeouts.parse("timeout", asked);
        if (timeout.compareTo(limits.maxTimeout()) > 0) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "timeout is longer than " + limits.maxTimeout().toSeconds() + "s");
        }
        return Deadline.in(timeout, request.deadline().asker());
    }

    private static void fail(Request request, Response response, Throwable e) {
        FlotillaException failure;
        if (e instanceof FlotillaException known) {
            failure = known;
        } else if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            failure = new FlotillaException(Failure.UNAVAILABLE, "this node is stopping", e);
        } else {
            LOG.error("{} {} met a defect", request.method(), request.loggedPath(), e);
            failure =
                    new FlotillaException(
                                    Failure.UNKNOWN,
                                    "a defect in this node, see its log: " + e.getClass().getName(),
                                    e)
                            .withStatus(500);
        }
        tell(failure, response);
    }

    /// Answers with a failure, or breaks off what has begun; leaves an answer that has ended as it is.
    static void tell(FlotillaException failure, Response response) {
        if (response.ended()) {
            return;
        }
        try {
            if (response.started()) {
                LOG.debug("an answer is broken off", failure);
                response.abort(failure);
            } else {
                FailureBody.send(failure, response);
            }
        } catch (IOException gone) {
            LOG.debug("the client is gone", gone);
            response.abort(gone);
        }
    }

    private void record(Request request, Response response, Optional<Route> route, Duration took) {
        if (!request.forwarded()) {
            observations.answered(route.map(Route::path).orElse("none"), response.status(), took);
        }
        if (ACCESS.isDebugEnabled()) {
            ACCESS.debug(
                    "{} {} {} {} {} bytes {} us{}",
                    request.remote(),
                    request.method(),
                    request.loggedPath(),
                    response.status(),
                    response.sent(),
                    took.toNanos() / 1000,
                    request.forwarded() ? " carried" : "");
        }
    }
}
