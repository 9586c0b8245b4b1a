/// The replicated log: append in a term, committed entries in order, leadership, read index.
///
/// Nothing outside this package knows which Raft library does the work. What the library is not trusted with (log,
/// term and vote on disk, transport, executors, the early election) is ours and lives below this package.
@NullMarked
package io.flotilla.consensus;

import org.jspecify.annotations.NullMarked;
