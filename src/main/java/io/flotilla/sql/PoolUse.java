package io.flotilla.sql;

/// What a stock of sessions holds at one moment.
///
/// @param name whose sessions
/// @param limit how many there may be
/// @param busy how many are in use
/// @param idle how many are open and unused
/// @param waiting requests that wait for one
public record PoolUse(String name, int limit, int busy, int idle, int waiting) {}
