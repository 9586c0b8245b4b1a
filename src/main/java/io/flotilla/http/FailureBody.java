package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// A failure as the contract writes it: `{"error":{"code":...}}`.
final class FailureBody {
    /// A leader is usually found, and a queue usually shorter, within a second.
    private static final String RETRY_AFTER_SECONDS = "1";

    private FailureBody() {}

    static void send(FlotillaException failure, Response response) throws IOException {
        if (retryLater(failure.failure())) {
            response.header("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.send(failure.status(), Response.JSON, bytes(failure));
    }

    private static boolean retryLater(Failure failure) {
        return failure == Failure.OVERLOADED || failure == Failure.UNAVAILABLE;
    }

    static byte[] bytes(FlotillaException failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", failure.failure().code());
        failure.sqlState().ifPresent(state -> error.put("sqlstate", state));
        if (failure.errno() != 0) {
            error.put("errno", failure.errno());
        }
        error.put("message", failure.message());
        if (failure.errno() != 0) {
            error.put("statement", 0);
        }
        error.put("retryable", failure.failure().retryable());
        error.put("outcome", failure.failure().outcome().word());
        return Json.write(Map.of("error", error));
    }

    /// What an HTTP status that did not come from us says, in the words of the contract.
    static FlotillaException of(int status, String message) {
        Failure failure =
                switch (status) {
                    case 404 -> Failure.NOT_FOUND;
                    case 429 -> Failure.OVERLOADED;
                    case 501 -> Failure.NOT_IMPLEMENTED;
                    case 503 -> Failure.UNAVAILABLE;
                    default -> status < 500 ? Failure.BAD_REQUEST : Failure.UNKNOWN;
                };
        return new FlotillaException(failure, message).withStatus(status);
    }
}
