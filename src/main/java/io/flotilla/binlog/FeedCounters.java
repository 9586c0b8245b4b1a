package io.flotilla.binlog;

/// What a [Feed] has done since it was started.
///
/// @param bytes bytes sent in streams, protocol included
/// @param transactions transactions sent as a whole
/// @param dumps streams begun
public record FeedCounters(long bytes, long transactions, long dumps) {}
