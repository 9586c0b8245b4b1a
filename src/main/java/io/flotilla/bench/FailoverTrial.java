package io.flotilla.bench;

import java.time.Duration;

/// One death of a leader.
///
/// @param underLoad whether others wrote beside the prober
/// @param former the node that was killed
/// @param next the node that leads after it
/// @param total from the kill to the first acknowledgement of a write that began after it
/// @param longestWait the longest that a probe sent after the kill waited for its acknowledgement
/// @param phases what the new leader's log says
/// @param back from the restart of the killed node until it was level with the others
record FailoverTrial(
        int number,
        boolean underLoad,
        int former,
        int next,
        Duration total,
        Duration longestWait,
        Phases phases,
        Duration back) {}
