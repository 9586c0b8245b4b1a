package io.flotilla.replication;

import java.time.Duration;

/// What a following server is busy with, and gets nothing else meanwhile: a statement at its gate. Before it is done the
/// server cannot be promoted.
///
/// @param statement without secrets
/// @param lasted so far
public record Occupation(String statement, Duration lasted) {}
