package io.flotilla.door;

import java.io.IOException;

/// There is no session to be had there at this moment: another node, or another moment, may do.
final class NotNowException extends IOException {
    private static final long serialVersionUID = 1L;

    NotNowException(String why) {
        super(why);
    }
}
