package io.flotilla.http;

import io.flotilla.binlog.Gtid;
import java.time.Duration;
import java.util.Optional;

/// How new the data must be that a read sees.
///
/// @param atLeast a transaction that must be seen
/// @param freshness how old the data may be; for [Level#NONE]
record ReadTerms(Level level, Optional<Gtid> atLeast, Optional<Duration> freshness) {
    static ReadTerms of(Level level) {
        return new ReadTerms(level, Optional.empty(), Optional.empty());
    }
}
