package io.flotilla.binlog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A global transaction id of MariaDB, written `domain-server-seq`.
///
/// In Flotilla the domain is the group's number, the server id is the Raft term of the reign in which the transaction
/// was written, and `seq` grows by one with each transaction over all reigns: a GTID names one content for ever.
///
/// @param domain unsigned 32 bits
/// @param serverId unsigned 32 bits
/// @param seq unsigned 63 bits; 0 stands for "before the first transaction" only in [#NONE]
public record Gtid(long domain, long serverId, long seq) {
    /// Before the first transaction.
    public static final Gtid NONE = new Gtid(0, 0, 0);

    private static final long MAX_UNSIGNED_INT = 0xffff_ffffL;
    private static final Pattern FORM = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,19})");

    public Gtid {
        if (domain < 0
                || domain > MAX_UNSIGNED_INT
                || serverId < 0
                || serverId > MAX_UNSIGNED_INT
                || seq < 0) {
            throw new IllegalArgumentException(
                    "not a GTID: " + domain + "-" + serverId + "-" + seq);
        }
    }

    /// Reads `0-1-42`; the empty string is [#NONE].
    ///
    /// @throws IllegalArgumentException if the text is anything else, also when it names several domains
    public static Gtid parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a GTID: '" + text + "'");
        }
        return new Gtid(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)));
    }

    /// The form MariaDB writes; empty for [#NONE], as in `gtid_slave_pos` of a server that has applied nothing.
    @Override
    public String toString() {
        return seq == 0 ? "" : domain + "-" + serverId + "-" + seq;
    }
}
