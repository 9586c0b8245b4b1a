package io.flotilla.sql;

/// One statement that only reads.
///
/// @param sql the statement
/// @param touchesSession whether its session may not be used again
public record Query(String sql, boolean touchesSession) {}
