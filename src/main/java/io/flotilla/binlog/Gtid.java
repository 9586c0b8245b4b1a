package io.flotilla.binlog;

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
    private static final int MAX_DIGITS = 10;
    private static final int MAX_SEQ_DIGITS = 19;

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
        int first = text.indexOf('-');
        int second = text.indexOf('-', first + 1);
        return new Gtid(
                number(text, 0, first, MAX_DIGITS),
                number(text, first + 1, second, MAX_DIGITS),
                number(text, second + 1, text.length(), MAX_SEQ_DIGITS));
    }

    /// By hand: each write over HTTP reads two.
    private static long number(String text, int from, int to, int mostDigits) {
        int digits = to - from;
        if (digits < 1 || digits > mostDigits) {
            throw new IllegalArgumentException("not a GTID: '" + text + "'");
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new IllegalArgumentException("not a GTID: '" + text + "'");
            }
        }
        return Long.parseLong(text, from, to, 10);
    }

    /// The form MariaDB writes; empty for [#NONE], as in `gtid_slave_pos` of a server that has applied nothing.
    @Override
    public String toString() {
        return seq == 0 ? "" : domain + "-" + serverId + "-" + seq;
    }
}
