package io.flotilla.door;

import io.flotilla.replication.Reign;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A session of this node's server while it leads. For one thread at a time.
///
/// INVARIANT I6: it ends with its reign, before the server is told anything.
final class ReignBinding implements Binding {
    private static final long STALL_NANOS = DoorLimits.STALL.toNanos();

    private final Reign reign;
    private final TransactionFlag flag = new TransactionFlag();

    /// From the first command on.
    private Reign.@Nullable Conversation conversation;

    ReignBinding(Reign reign) {
        this.reign = reign;
    }

    long term() {
        return reign.term();
    }

    @Override
    public boolean over() {
        return reign.ended();
    }

    @Override
    public boolean stalled() {
        return reign.uncommittedNanos() > STALL_NANOS;
    }

    /// Whether no new session begins.
    boolean held() {
        return reign.held();
    }

    @Override
    public boolean ask() {
        return conversation().ask();
    }

    private Reign.Conversation conversation() {
        if (conversation == null) {
            conversation = reign.converse();
        }
        return conversation;
    }

    @Override
    public void nothing() {
        conversation().nothing();
    }

    @Override
    public void answered(ByteBuffer said) {
        flag.read(said);
        conversation().answered(flag.isSet());
    }

    @Override
    public void ended() {
        if (conversation != null) {
            conversation.close();
        }
    }
}
