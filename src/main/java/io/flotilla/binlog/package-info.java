/// The words of MariaDB's replication stream, and both ends of its protocol.
///
/// A [Tap] is a semi-synchronous replica of our own leading server: it reads transactions as [Slice]s and acknowledges
/// them when it is told to. A [Feed] is a primary for our own following server: it serves the slices that a
/// [FeedSource] gives. Neither knows anything about consensus, roles or other nodes.
@NullMarked
package io.flotilla.binlog;

import org.jspecify.annotations.NullMarked;
