package io.flotilla.door;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads the headers of what a logged-in client sends, and says which bytes may be passed on as they are.
///
/// A command begins a packet with sequence number 0; what follows it (the rest of a payload over 16 MiB, the lines of
/// LOAD DATA LOCAL, the answers in an authentication after COM_CHANGE_USER) has higher ones. The lines of a long file
/// count past 255 and begin at 0 again, which is no command. Text of a statement is looked at up to [#LOOKED_AT] bytes.
///
/// What is refused is replaced by a SIGNAL that makes the *server* answer with an error: answers keep their order,
/// however many commands a client sends ahead.
///
/// Not thread-safe; has no memory but of the packet it is in. Never throws but [RefusedException], whatever it is given.
final class Commands {
    /// Of a longer statement only as much is looked at, for a KILL at its beginning.
    static final int LOOKED_AT = 16 << 10;

    private static final int ER_SPECIFIC_ACCESS_DENIED_ERROR = 1227;
    private static final int ER_NOT_SUPPORTED_YET = 1235;

    private final LongConsumer killsSoftened;
    private final boolean guarded;

    /// Bytes of the payload under way that were not seen yet.
    private int left;

    /// The last packet's payload was of full length: the next packet continues it.
    private boolean continues;

    private int lastSequence;
    private int lastLength;

    private byte @Nullable [] replacement;
    private int replaced;
    private boolean softening;

    /// @param killsSoftened told how many KILLs were made soft
    /// @param guarded whether the session has settings of ours that must not be reset
    Commands(LongConsumer killsSoftened, boolean guarded) {
        this.killsSoftened = killsSoftened;
        this.guarded = guarded;
    }

    /// How many bytes from `in`'s position on may be passed as they are; does not move it. 0 when the next packet is to
    /// be replaced ([#replacement]) or must be seen further.
    int passable(ByteBuffer in) throws RefusedException {
        int begin = in.position();
        int at = begin;
        replacement = null;
        while (true) {
            int available = in.limit() - at;
            if (left > 0) {
                int part = Math.min(left, available);
                left -= part;
                at += part;
                if (left > 0) {
                    return at - begin;
                }
                continue;
            }
            if (available < Packets.HEADER) {
                return at - begin;
            }
            int length = length(in, at);
            int sequence = in.get(at + 3) & 0xff;
            if (begins(sequence) && length > 0) {
                int needed = Packets.HEADER + Math.min(length, LOOKED_AT);
                if (available < Packets.HEADER + 1
                        || mustBeWhole(in.get(at + Packets.HEADER) & 0xff) && available < needed) {
                    return at - begin;
                }
                replaced = Packets.HEADER + length;
                softening = false;
                byte @Nullable [] instead = instead(in, at, length);
                if (instead != null) {
                    if (at > begin) {
                        // Asked again when what comes before it was passed.
                        return at - begin;
                    }
                    replacement = instead;
                    if (softening) {
                        killsSoftened.accept(1);
                    }
                    enter(sequence, length);
                    left = Packets.HEADER + length - replaced;
                    return 0;
                }
            }
            enter(sequence, length);
            at += Packets.HEADER;
        }
    }

    /// What is to be sent instead of the next [#replaced] bytes; null when [#passable] wants to see more first.
    byte @Nullable [] replacement() {
        return replacement;
    }

    int replaced() {
        return replaced;
    }

    /// Whether the client is between two packets.
    boolean between() {
        return left == 0;
    }

    /// Whether that is one COM_STMT_CLOSE and nothing else, which has no answer.
    static boolean isClosing(ByteBuffer sent) {
        return sent.remaining() == Packets.HEADER + Command.STMT_CLOSE_LENGTH
                && sent.get(sent.position() + Packets.HEADER) == Command.STMT_CLOSE
                && length(sent, sent.position()) == Command.STMT_CLOSE_LENGTH;
    }

    private static int length(ByteBuffer in, int at) {
        return in.get(at) & 0xff | (in.get(at + 1) & 0xff) << 8 | (in.get(at + 2) & 0xff) << 16;
    }

    private boolean begins(int sequence) {
        return sequence == 0 && !continues && !(lastSequence == 0xff && lastLength > 0);
    }

    private void enter(int sequence, int length) {
        left = length;
        continues = length == Packets.MOST;
        lastSequence = sequence;
        lastLength = length;
    }

    /// Whether more than the first byte counts.
    private static boolean mustBeWhole(int command) {
        return command != Command.RESET_CONNECTION && !Command.passes(command);
    }

    private byte @Nullable [] instead(ByteBuffer in, int at, int length) throws RefusedException {
        int command = in.get(at + Packets.HEADER) & 0xff;
        return switch (command) {
            case Command.QUERY, Command.STMT_PREPARE -> text(in, at, length);
            case Command.PROCESS_KILL -> processKill(in, at, length);
            case Command.CHANGE_USER -> changeUser(in, at, length);
            case Command.RESET_CONNECTION -> guarded ? notHere("COM_RESET_CONNECTION") : null;
            default -> Command.passes(command) ? null : unknown(in, at, length);
        };
    }

    private byte[] unknown(ByteBuffer in, int at, int length) throws RefusedException {
        int command = in.get(at + Packets.HEADER) & 0xff;
        if (length > LOOKED_AT) {
            throw new RefusedException(
                    Refusal.outOfOrder("command " + command + " with " + length + " bytes"));
        }
        return refused(
                ER_SPECIFIC_ACCESS_DENIED_ERROR,
                "42000",
                "Command " + command + " does not pass this door");
    }

    /// The packet up to where it was looked at, with its KILLs made soft.
    private byte @Nullable [] text(ByteBuffer in, int at, int length) {
        int body = at + Packets.HEADER;
        int seen = Math.min(length, LOOKED_AT);
        if (!KillText.mentionsKill(in, body + 1, body + seen)) {
            return null;
        }
        byte[] text = new byte[seen - 1];
        in.get(body + 1, text);
        byte @Nullable [] soft = KillText.soften(text);
        if (soft == null || length + soft.length - text.length >= Packets.MOST) {
            return null;
        }
        softening = true;
        replaced = Packets.HEADER + seen;
        byte[] packet = command(in.get(body), soft);
        int grown = length + soft.length - text.length;
        packet[0] = (byte) grown;
        packet[1] = (byte) (grown >> 8);
        packet[2] = (byte) (grown >> 16);
        return packet;
    }

    /// COM_PROCESS_KILL has no soft form; the statement has.
    private byte[] processKill(ByteBuffer in, int at, int length) throws RefusedException {
        if (length != 5) {
            throw new RefusedException(Refusal.outOfOrder("COM_PROCESS_KILL of " + length));
        }
        softening = true;
        int body = at + Packets.HEADER + 1;
        long id =
                in.get(body) & 0xffL
                        | (in.get(body + 1) & 0xffL) << 8
                        | (in.get(body + 2) & 0xffL) << 16
                        | (in.get(body + 3) & 0xffL) << 24;
        return query("KILL SOFT CONNECTION " + id);
    }

    private byte @Nullable [] changeUser(ByteBuffer in, int at, int length)
            throws RefusedException {
        if (length > LOOKED_AT) {
            throw new RefusedException(Refusal.outOfOrder("COM_CHANGE_USER of " + length));
        }
        if (guarded) {
            return notHere("COM_CHANGE_USER");
        }
        byte[] body = new byte[length];
        in.get(at + Packets.HEADER, body);
        String user = Login.text(body, 1);
        return Login.isInternal(user)
                ? refused(
                        Refusal.account(user).errno(),
                        Refusal.account(user).state(),
                        "Access denied: the account is internal")
                : null;
    }

    private static byte[] notHere(String what) {
        return refused(
                ER_NOT_SUPPORTED_YET,
                "42000",
                what + " on the read-only port of a fleet of one node; open a new connection");
    }

    private static byte[] refused(int errno, String state, String message) {
        return query(
                "SIGNAL SQLSTATE '"
                        + state
                        + "' SET MYSQL_ERRNO = "
                        + errno
                        + ", MESSAGE_TEXT = '"
                        + message
                        + "'");
    }

    private static byte[] query(String sql) {
        return command((byte) Command.QUERY, sql.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] command(byte command, byte[] text) {
        byte[] payload = new byte[1 + text.length];
        payload[0] = command;
        System.arraycopy(text, 0, payload, 1, text.length);
        return Packets.packet(0, payload);
    }
}
