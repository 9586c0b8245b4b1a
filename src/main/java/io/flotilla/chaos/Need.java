package io.flotilla.chaos;

/// What a fault needs of the machine beyond processes and proxies.
enum Need {
    NOTHING,
    /// Each node in a network namespace of its own: [Namespaces].
    NAMESPACES,
    /// Each node on a disk of its own: [PowerDisks].
    DISKS,
    /// Each node under a wall clock of its own: [JumpClocks].
    CLOCKS
}
