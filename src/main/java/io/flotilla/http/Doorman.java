package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import io.flotilla.sql.Access;
import io.flotilla.sql.Identity;
import io.flotilla.sql.LocalSql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// Who a request is from, and whether it may be there at all. Thread-safe.
///
/// Who somebody is, a server decides: this node's, or, while that does not serve, the leader's.
final class Doorman {
    private static final String WHOAMI = "/whoami";

    /// How long the leader may take to say who somebody is.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final boolean required;
    private final Replica replica;
    private final LocalSql sql;
    private final Forwarding forwarding;

    /// @param required whether a request must say who it is from
    Doorman(boolean required, Replica replica, LocalSql sql, Forwarding forwarding) {
        this.required = required;
        this.replica = replica;
        this.sql = sql;
        this.forwarding = forwarding;
    }

    Route whoAmI() {
        return Route.essential(WHOAMI, this::tell);
    }

    /// The request with whom it says it is from.
    ///
    /// @throws FlotillaException `Unauthenticated` if it says nothing and must, or says nonsense
    Request identified(Request request) {
        Optional<Identity> said = Credentials.of(request);
        if (said.isEmpty() && required) {
            throw Credentials.refused("this node wants a user and a password");
        }
        return request.of(said.orElse(Identity.NODE));
    }

    /// Who it is, as a server says.
    ///
    /// @throws FlotillaException `Unauthenticated` if it is not; `Overloaded` after too many failures; `Unavailable` if no
    ///     server can be asked
    Access access(Request request) throws IOException, InterruptedException {
        if (request.who().isNode()) {
            return Access.NODE;
        }
        Optional<DataSource> here = replica.server();
        return here.isPresent()
                ? sql.as(request.who()).access(here.get(), request.deadline())
                : asLeaderSays(request);
    }

    private Access asLeaderSays(Request request) throws IOException, InterruptedException {
        Deadline patience =
                request.deadline().left().compareTo(PATIENCE) < 0
                        ? request.deadline()
                        : Deadline.in(PATIENCE);
        Request question =
                new Request(
                        "GET",
                        WHOAMI,
                        null,
                        request.headers(),
                        request.remote(),
                        false,
                        () -> new byte[0],
                        patience);
        Answer answer = new Answer();
        if (request.forwarded()
                || !(replica.awaitLeader(patience) instanceof Leader.Elsewhere(var leader))
                || !forwarding.send(leader, question, new Response(answer, response -> {}))) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    "this node's server does not serve, and nobody else can say who this is");
        }
        return answer.read();
    }

    private void tell(Request request, Response response) throws IOException, InterruptedException {
        Access who = access(request);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("account", who.account());
        told.put("operator", who.operator());
        response.send(200, Response.JSON, Json.write(told));
    }

    /// The leader's answer.
    private static final class Answer implements Wire {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;

        @Override
        public void start(int status, List<Headers.Field> headers, ByteBuffer part, boolean last) {
            this.status = status;
            more(part, last);
        }

        @Override
        public void more(ByteBuffer part, boolean last) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            body.writeBytes(bytes);
        }

        @Override
        public void abort(Throwable why) {
            status = 0;
        }

        Access read() {
            JsonNode said = status == 0 ? null : Json.parsed(body.toByteArray());
            if (said == null || status != 200) {
                throw new FlotillaException(
                        switch (status) {
                            case 401 -> Failure.UNAUTHENTICATED;
                            case 429 -> Failure.OVERLOADED;
                            default -> Failure.UNAVAILABLE;
                        },
                        said == null
                                ? "the leader was lost while it was asked who this is"
                                : said.path("error").path("message").asText());
            }
            return new Access(said.path("account").asText(), said.path("operator").asBoolean());
        }
    }
}
