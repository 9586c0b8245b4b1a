/// The gate: what is not plain InnoDB row work passes one at a time, marked and proved (docs/design.md, sections 6 and 7).
///
/// DDL, grants, routines and XA are not atomic with the server's position: after a crash one of them may have run though
/// the position says it did not. This package holds what is needed to tell, and decides; it moves no transaction itself.
/// A [GatedStatement] is what such a transaction says, and what giving it twice would do ([Doubt]). [SchemaDigest] puts
/// everything a statement can change besides rows into two numbers, a [Digest]: one that is equal on all servers at the
/// same position, one that tells before from after on the same server. [DdlMarks] keeps, on disk, what a follower was
/// about to give and what it has given; [ExecutedDdl] what a leader had executed before the log knew of it. After a
/// crash [Resolver] draws the conclusion from them: a pure function. [ServerState] asks the server the remaining
/// questions: prepared XA transactions, tables that are not InnoDB's.
@NullMarked
package io.flotilla.ddl;

import org.jspecify.annotations.NullMarked;
