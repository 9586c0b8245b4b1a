package io.flotilla.door;

import io.flotilla.replication.Replica.Reading;
import java.time.Duration;

/// A session of this node's server while it follows and is not too far behind.
final class ReadingBinding implements Binding {
    private final Reading reading;
    private final Duration maxLag;
    private volatile boolean behind;

    ReadingBinding(Reading reading, Duration maxLag) {
        this.reading = reading;
        this.maxLag = maxLag;
        look();
    }

    @Override
    public boolean over() {
        return behind || reading.over();
    }

    @Override
    public void look() {
        behind = reading.lag().compareTo(maxLag) > 0;
    }
}
