package io.flotilla.provision;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An output whose writes take no longer than they may: the one who reads may be frozen, or have no network, and TCP waits
/// for as long as it likes. Written to by one thread; watched by another until it is closed, which leaves the output itself
/// open.
final class TimedOutput extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(TimedOutput.class);

    private final OutputStream out;
    private final Duration patience;
    private final Runnable cut;
    private final Thread watch;

    /// When the write under way began, in [System#nanoTime]; 0 while there is none.
    private volatile long writing;

    /// @param cut what makes a write that is under way fail; called when one takes too long
    TimedOutput(OutputStream out, Duration patience, Runnable cut) {
        this.out = out;
        this.patience = patience;
        this.cut = cut;
        watch = Thread.ofVirtual().name("timed-output").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(patience.dividedBy(4));
                long since = writing;
                if (since != 0 && System.nanoTime() - since > patience.toNanos()) {
                    LOG.warn("nothing was read at the other side for {}: it is cut", patience);
                    cut.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            // It was closed.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        writing = Math.max(1, System.nanoTime());
        try {
            out.write(bytes, offset, length);
        } finally {
            writing = 0;
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
