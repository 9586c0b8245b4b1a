package io.flotilla.sql;

import java.util.List;
import java.util.Optional;

/// What is kept under one [Hash] of a [WriteKey].
///
/// @param request the hash of what was asked
/// @param seq the log's position when it was asked, or one before
/// @param results what it gave; empty while it is only known that it was about to be done
record Kept(Hash request, long seq, Optional<List<StatementResult>> results) {}
