package io.flotilla.consensus;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.Replicator;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.storage.LogManager;
import com.alipay.sofa.jraft.util.RepeatedTimer;
import com.alipay.sofa.jraft.util.ThreadId;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Lock;

/// The private parts of the library's node that the early election, a lone node's stepping down and the compaction of the log need: all of them, and only here. A test fails
/// when a new version of the library has others.
final class NodeInsides {
    private static final VarHandle LAST_LEADER_TIMESTAMP;
    private static final VarHandle VOTE_TIMER;
    private static final VarHandle ELECTION_TIMER;
    private static final VarHandle WRITE_LOCK;
    private static final VarHandle LOG_MANAGER;
    private static final VarHandle REPLICATORS;
    private static final MethodHandle HANDLE_ELECTION_TIMEOUT;
    private static final MethodHandle STEP_DOWN;

    static {
        try {
            MethodHandles.Lookup node =
                    MethodHandles.privateLookupIn(NodeImpl.class, MethodHandles.lookup());
            LAST_LEADER_TIMESTAMP =
                    node.findVarHandle(NodeImpl.class, "lastLeaderTimestamp", long.class);
            VOTE_TIMER = node.findVarHandle(NodeImpl.class, "voteTimer", RepeatedTimer.class);
            ELECTION_TIMER =
                    node.findVarHandle(NodeImpl.class, "electionTimer", RepeatedTimer.class);
            HANDLE_ELECTION_TIMEOUT =
                    node.findVirtual(
                            NodeImpl.class,
                            "handleElectionTimeout",
                            MethodType.methodType(void.class));
            WRITE_LOCK = node.findVarHandle(NodeImpl.class, "writeLock", Lock.class);
            LOG_MANAGER = node.findVarHandle(NodeImpl.class, "logManager", LogManager.class);
            REPLICATORS =
                    node.findVarHandle(NodeImpl.class, "replicatorGroup", ReplicatorGroup.class);
            STEP_DOWN =
                    node.findVirtual(
                            NodeImpl.class,
                            "stepDown",
                            MethodType.methodType(
                                    void.class, long.class, boolean.class, Status.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private NodeInsides() {}

    /// Makes the node believe that it heard from its leader last at `monotonicMillis`.
    static void lastLeaderTimestamp(NodeImpl node, long monotonicMillis) {
        LAST_LEADER_TIMESTAMP.setVolatile(node, monotonicMillis);
    }

    /// How long a candidate waits for votes before it tries again, before the random part.
    static void voteTimeout(NodeImpl node, int millis) {
        ((RepeatedTimer) VOTE_TIMER.get(node)).reset(millis);
    }

    /// Lets the node's election timer begin anew, if it runs at all.
    static void resetElectionTimer(NodeImpl node) {
        ((RepeatedTimer) ELECTION_TIMER.get(node)).reset();
    }

    /// What the node does when its election timer fires: a pre-vote, if it follows and its leader has been silent for
    /// an election timeout.
    static void handleElectionTimeout(NodeImpl node) {
        try {
            HANDLE_ELECTION_TIMEOUT.invokeExact(node);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// What holds the node's log.
    static LogManager logManager(NodeImpl node) {
        return (LogManager) LOG_MANAGER.get(node);
    }

    /// What sends to its followers.
    static ReplicatorGroup replicators(NodeImpl node) {
        return (ReplicatorGroup) REPLICATORS.get(node);
    }

    /// The first entry that a follower is not known to hold; 0 when nothing is known.
    static long nextIndex(NodeImpl node, PeerId follower) {
        ThreadId replicator = replicators(node).getReplicator(follower);
        return replicator == null ? 0 : Replicator.getNextIndex(replicator);
    }

    /// What every message and every timer of the node needs; held while a vote is written.
    static Lock lock(NodeImpl node) {
        return (Lock) WRITE_LOCK.get(node);
    }

    /// Makes a leader a follower of its own term; it stands again after an election timeout, in the next one.
    static void stepDown(NodeImpl node, long term, Status reason) {
        Lock lock = lock(node);
        lock.lock();
        try {
            STEP_DOWN.invokeExact(node, term, false, reason);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }
}
