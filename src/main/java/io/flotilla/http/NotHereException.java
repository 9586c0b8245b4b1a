package io.flotilla.http;

/// A request that another node carried here cannot be done here: this node does not lead. Nothing was executed, and the
/// other node looks further.
final class NotHereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotHereException(String message) {
        super(message);
    }
}
