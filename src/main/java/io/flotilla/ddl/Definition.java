package io.flotilla.ddl;

/// What is known of a table or a view.
///
/// @param kind `table` or `view`
/// @param fingerprint of its definition; or the error with which it cannot be opened
record Definition(String kind, String fingerprint) {}
