package io.flotilla.chaos;

/// What a fault needs of the machine beyond processes and proxies.
enum Need {
    NOTHING,
    /// Each node in a network namespace of its own: [Namespaces].
    NAMESPACES
}
