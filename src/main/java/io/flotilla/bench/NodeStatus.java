package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// What `/status` says of a node.
///
/// @param role the phase of its life, in the words of the product, lower case
/// @param serving whether its server answers clients
/// @param committed the last transaction it knows to be committed
/// @param applied the last transaction its server shows
/// @param why what is wrong, if it serves nothing
public record NodeStatus(
        String role, boolean serving, long term, String committed, String applied, String why) {
    /// A server that lacks no more than this leads within a second.
    private static final long NEAR = 1000;

    static NodeStatus of(JsonNode json) {
        return new NodeStatus(
                json.path("role").asText().toLowerCase(Locale.ROOT),
                json.path("serving").asBoolean(),
                json.path("term").asLong(),
                json.path("committed").asText(),
                json.path("applied").asText(),
                json.path("why").asText());
    }

    long committedSeq() {
        return seqOf(committed);
    }

    long appliedSeq() {
        return seqOf(applied);
    }

    /// The third part of a GTID; 0 when there is none yet.
    private static long seqOf(String gtid) {
        int last = gtid.lastIndexOf('-');
        return last < 0 ? 0 : Long.parseLong(gtid.substring(last + 1));
    }

    public boolean leads() {
        return role.equals("leading") && serving;
    }

    public boolean serves() {
        return serving && (leads() || role.equals("following"));
    }

    /// It leads, or could at once.
    public boolean ready() {
        return leads() || (serves() && committedSeq() - appliedSeq() <= NEAR);
    }

    /// It says plainly that nothing but a rebuild would help, and stays out.
    public boolean outOfService() {
        return role.equals("unproved") || role.equals("rebuilding");
    }
}
