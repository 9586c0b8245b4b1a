package io.flotilla.replication;

/// How far the log has come, as this node knows it.
///
/// @param index the last committed entry
/// @param transactions how many transactions there have been up to it
public record Progress(long index, long transactions) {}
