/// What clients do to a fleet while it is hurt, and what may come of it: the workloads of `./flotilla chaos`.
///
/// Each [Workload] has tables of its own, clients that use them over HTTP or the MySQL protocol at any node, and a
/// checker, which is a pure function from what clients were told, and what the nodes hold in the end, to complaints.
/// [Workloads] starts those that were asked for, stops them together, and has each judged. The simplest two are parts of
/// `bench`'s load, which every system test uses.
///
/// A [Transaction] is the same thing over both protocols. Whatever fails before its commit was sent did not happen; a
/// commit without an answer is unknown.
@NullMarked
package io.flotilla.workload;

import org.jspecify.annotations.NullMarked;
