package io.flotilla.binlog;

/// What a [Tap] tells while it reads. All calls come from the tap's own thread, one after the other; an exception
/// thrown by one of them breaks the tap with that exception.
///
/// A call may block: the tap then reads nothing, and the server notices when the socket's buffer is full.
/// [Tap#close] interrupts a blocked call.
public interface TapListener {
    /// The next bytes of the server's binlog, in order, without gap.
    ///
    /// When the tap breaks between the slices of a transaction, the rest never comes: the next tap gives the
    /// transaction again, from its first slice.
    void slice(Slice slice);

    /// Nothing more can be read without waiting, and at least one slice was given since the last call.
    void idle();

    /// The stream has ended by itself, and nothing more will be called: the connection is lost, the server said an
    /// error, or it sent something that must not be. At most once; never because of [Tap#close].
    void broken(Throwable cause);
}
