package io.flotilla.binlog;

/// What a [Tap] has done since it was attached.
///
/// @param bytes bytes read from the server, protocol included
/// @param transactions transactions given to the listener as a whole
/// @param acknowledgements acknowledgements sent
public record TapCounters(long bytes, long transactions, long acknowledgements) {}
