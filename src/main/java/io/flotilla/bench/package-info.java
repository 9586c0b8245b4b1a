/// Fleets of real processes, put under load and then hurt: what `./flotilla bench` measures and what the system tests
/// check.
///
/// A [Fleet] starts nodes as processes of their own, finds, kills, freezes and restarts them, and leaves nothing
/// behind. A [Load] writes and reads over HTTP at all nodes and keeps a [History] of what was asked and answered. The
/// checks (`...Check`) are pure functions from a history, and what the nodes hold in the end, to complaints; each
/// objects to a bad history made by hand. A [FailoverBench] measures how long writes stand still after the death of
/// the leader.
///
/// Nothing here is part of a node: it sees a fleet only from outside, by HTTP, signals and `/proc`.
@NullMarked
package io.flotilla.bench;

import org.jspecify.annotations.NullMarked;
