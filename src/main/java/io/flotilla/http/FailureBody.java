package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.StatementResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A failure as the contract writes it: `{"error":{"code":...}}`.
final class FailureBody {
    /// A leader is usually found, and a queue usually shorter, within a second.
    private static final String RETRY_AFTER_SECONDS = "1";

    private static final String CHALLENGE = "Basic realm=\"flotilla\", charset=\"UTF-8\"";

    private FailureBody() {}

    static void send(FlotillaException failure, Response response) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error(failure, 0));
        send(failure, body, response);
    }

    /// The failure of a batch, with what the statements before it gave.
    ///
    /// @param statement the one that failed, from 0
    static void send(
            FlotillaException failure,
            int statement,
            List<StatementResult> before,
            AnswerForm form,
            Response response)
            throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error(failure, statement));
        if (failure.outcome() != Failure.Outcome.NOT_APPLIED && !before.isEmpty()) {
            body.put("results", Json.parsed(ResultsWriter.list(before, form)));
        }
        send(failure, body, response);
    }

    private static void send(FlotillaException failure, Map<String, Object> body, Response response)
            throws IOException {
        if (retryLater(failure.failure())) {
            response.header("Retry-After", RETRY_AFTER_SECONDS);
        }
        if (failure.failure() == Failure.UNAUTHENTICATED) {
            response.header("WWW-Authenticate", CHALLENGE);
        }
        response.send(failure.status(), Response.JSON, Json.write(body));
    }

    private static boolean retryLater(Failure failure) {
        return failure == Failure.OVERLOADED || failure == Failure.UNAVAILABLE;
    }

    static Map<String, Object> error(FlotillaException failure, int statement) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", failure.failure().code());
        failure.sqlState().ifPresent(state -> error.put("sqlstate", state));
        if (failure.errno() != 0) {
            error.put("errno", failure.errno());
        }
        error.put("message", failure.message());
        if (failure.errno() != 0 || statement > 0) {
            error.put("statement", statement);
        }
        // What was done in part must not simply be done again.
        error.put(
                "retryable",
                failure.failure().retryable() && failure.outcome() == Failure.Outcome.NOT_APPLIED);
        error.put("outcome", failure.outcome().word());
        return error;
    }

    /// What an HTTP status that did not come from us says, in the words of the contract.
    static FlotillaException of(int status, String message) {
        Failure failure =
                switch (status) {
                    case 401 -> Failure.UNAUTHENTICATED;
                    case 404 -> Failure.NOT_FOUND;
                    case 429 -> Failure.OVERLOADED;
                    case 501 -> Failure.NOT_IMPLEMENTED;
                    case 503 -> Failure.UNAVAILABLE;
                    default -> status < 500 ? Failure.BAD_REQUEST : Failure.UNKNOWN;
                };
        return new FlotillaException(failure, message).withStatus(status);
    }
}
