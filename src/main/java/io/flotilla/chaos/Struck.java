package io.flotilla.chaos;

import java.time.Duration;

/// A fault that has been done.
///
/// @param what for the report: which node, which part
/// @param lasts how long it is let be
/// @param heal what ends it; called once
record Struck(String what, Duration lasts, Runnable heal) {}
