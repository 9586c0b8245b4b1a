/// Runs clients' statements on this node's server: guards what they may say, bounds how many run at once, and tells the
/// truth about what became of them (I8).
///
/// It does not know HTTP, and it does not go to other nodes: when this node does not lead, or its server does not serve,
/// it says so before anything was executed. A statement is made by [Statements] or [Select] out of [Name]s, bound values
/// and [Fragment]s (a client's own SQL that a lexer has looked at). [LocalSql] runs it in a session of a
/// [SessionPool]: a [Write] in a reign, answered with [Attempt]; a [Query] row by row into a [RowSink].
///
/// A client's own statements ([RawStatement], in a [Batch]) are not taken apart: the rights of the account decide what
/// they may reach, and the session is reset after them. [BatchRun] runs those that write, [QueryRun] those that read.
@NullMarked
package io.flotilla.sql;

import org.jspecify.annotations.NullMarked;
