package io.flotilla.http;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.FlotillaException;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server: Jetty's core, each request on a virtual thread, every limit set (Jetty's own are generous or absent).
final class JettyServer implements AutoCloseable {
    /// Jetty's own: acceptors, selectors, and the like.
    private static final int OWN_THREADS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(JettyServer.class);

    private final Server server;
    private final ServerConnector connector;

    private JettyServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// @throws IOException if the address cannot be taken
    ///
    /// @param tls with what it speaks HTTPS; plain HTTP when empty
    static JettyServer start(
            InetSocketAddress listen,
            Optional<Tls> tls,
            HttpLimits limits,
            BodyBudget budget,
            AskerWatch askers,
            Front front)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(OWN_THREADS);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("http-request-", 0).factory()));
        Server server = new Server(threads);
        server.setStopTimeout(limits.stop().toMillis());
        JettyHttp http = new JettyHttp(configuration(limits));
        ServerConnector connector =
                ClientEnd.connector(
                        server,
                        tls.map(own -> JettyTls.before(http, own))
                                .orElseGet(() -> new ConnectionFactory[] {http}));
        JettyTls.limitHandshakes(connector, limits.handshake());
        connector.setHost(listen.getHostString());
        connector.setPort(listen.getPort());
        connector.setIdleTimeout(limits.idle().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.maxConnections(), connector));
        server.setHandler(new GracefulHandler(new Entrance(limits, budget, askers, front)));
        server.setErrorHandler(
                (request, response, callback) -> error(request, response, callback, front));
        try {
            server.start();
        } catch (Exception e) {
            stop(server, e);
            throw new IOException("cannot listen for HTTP on " + listen + ": " + e.getMessage(), e);
        }
        return new JettyServer(server, connector);
    }

    private static void stop(Server server, Exception because) {
        try {
            server.stop();
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }

    private static HttpConfiguration configuration(HttpLimits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(limits.maxHead());
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setIdleTimeout(limits.idle().toMillis());
        return http;
    }

    /// What Jetty refuses by itself: malformed requests, oversized heads, unsupported protocols.
    private static boolean error(
            org.eclipse.jetty.server.Request request,
            org.eclipse.jetty.server.Response jetty,
            Callback callback,
            Front front)
            throws IOException {
        Object reason = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        Response response = new Response(new JettyWire(jetty, callback), front::decorate);
        FailureBody.send(FailureBody.of(jetty.getStatus(), String.valueOf(reason)), response);
        return true;
    }

    int port() {
        return connector.getLocalPort();
    }

    /// Takes nothing new, gives requests under way the time of `stop`, then cuts them.
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // Jetty has stopped all the same; it says that not all requests ended in time.
            LOG.info("requests under way were cut: {}", e.toString());
        }
    }

    /// Turns Jetty's exchange into ours.
    private static final class Entrance extends Handler.Abstract {
        private final HttpLimits limits;
        private final BodyBudget budget;
        private final AskerWatch askers;
        private final Front front;

        Entrance(HttpLimits limits, BodyBudget budget, AskerWatch askers, Front front) {
            this.limits = limits;
            this.budget = budget;
            this.askers = askers;
            this.front = front;
        }

        @Override
        public boolean handle(
                org.eclipse.jetty.server.Request jetty,
                org.eclipse.jetty.server.Response jettyResponse,
                Callback callback) {
            JettyBody body = new JettyBody(jetty, limits, budget);
            AtomicBoolean done = new AtomicBoolean();
            Callback once =
                    Callback.from(
                            () -> done(done, callback, null),
                            failure -> done(done, callback, failure));
            Response response = new Response(new JettyWire(jettyResponse, once), front::decorate);
            Asker asker = Asker.watched(failure -> tell(failure, response));
            try (AskerWatch.Watched _ = askers.watch(asker, ClientEnd.of(jetty))) {
                front.serve(request(jetty, body, asker), response);
            } finally {
                body.release();
                if (!response.ended()) {
                    response.abort(new IllegalStateException("the request was not answered"));
                }
            }
            return true;
        }

        /// The connection takes no other request before the thread that is held up comes back.
        private static void tell(FlotillaException failure, Response response) {
            if (!response.started()) {
                response.header("Connection", "close");
            }
            Front.tell(failure, response);
        }

        private static void done(
                AtomicBoolean done, Callback callback, @Nullable Throwable failure) {
            if (!done.compareAndSet(false, true)) {
                return;
            }
            if (failure == null) {
                callback.succeeded();
            } else {
                callback.failed(failure);
            }
        }

        private Request request(
                org.eclipse.jetty.server.Request jetty, JettyBody body, Asker asker) {
            return new Request(
                    jetty.getMethod(),
                    jetty.getHttpURI().getDecodedPath(),
                    jetty.getHttpURI().getQuery(),
                    headers(jetty.getHeaders()),
                    org.eclipse.jetty.server.Request.getRemoteAddr(jetty),
                    false,
                    body,
                    Deadline.in(limits.timeout(), asker));
        }

        private static Headers headers(HttpFields fields) {
            List<Headers.Field> list = new ArrayList<>(fields.size());
            for (HttpField field : fields) {
                String value = field.getValue();
                list.add(new Headers.Field(field.getName(), value == null ? "" : value));
            }
            return new Headers(list);
        }
    }
}
