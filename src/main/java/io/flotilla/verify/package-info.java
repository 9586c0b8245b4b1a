/// Whether the servers of a fleet hold the same: the divergence watch (docs/adr/0016-servers-are-compared-at-one-position.md).
///
/// The leader asks each follower to hold its feed, opens a consistent snapshot of its own server and learns the position
/// that belongs to it; each follower goes on exactly to that position, opens a snapshot too, reads its schema, and follows
/// again ([VerifyDoor]). Then every node sums up the rows of one table after the other from its snapshot ([Snapshot],
/// [RowHash]), in the background, and the leader compares ([Verification], [Look], [Tally]). Two looks at two positions
/// must find the same node different before it counts ([Report]).
///
/// What becomes of a node that differs is decided by who asks; nothing is changed here.
@NullMarked
package io.flotilla.verify;

import org.jspecify.annotations.NullMarked;
