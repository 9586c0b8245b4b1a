package io.flotilla.bench;

/// What a client knows about a write it sent.
public sealed interface Outcome {
    /// It happened: the answer says so.
    ///
    /// @param rows how many rows it changed, -1 when the answer does not say
    /// @param gtid the position it was given, empty when the answer does not say
    record Acknowledged(long rows, String gtid) implements Outcome {}

    /// It did not happen and never will: nobody took the connection, or the answer says so.
    record NotApplied(String why) implements Outcome {}

    /// It may or may not have happened, or may still: no answer, or one that says that it does not know.
    record Unknown(String why) implements Outcome {}

    default boolean acknowledged() {
        return this instanceof Acknowledged;
    }

    default boolean unknown() {
        return this instanceof Unknown;
    }

    default boolean notApplied() {
        return this instanceof NotApplied;
    }
}
