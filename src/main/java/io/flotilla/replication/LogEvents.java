package io.flotilla.replication;

import io.flotilla.consensus.StateMachine;

/// What the log tells this node; called by the consensus thread, never blocks.
///
/// Leadership is not acted upon here: the role thread looks at [io.flotilla.consensus.ReplicatedLog#leadership] when it
/// is woken, which makes "twice for one term" and "late" harmless.
final class LogEvents implements StateMachine {
    private final CommittedLog committed;
    private final Signals signals;

    LogEvents(CommittedLog committed, Signals signals) {
        this.committed = committed;
        this.signals = signals;
    }

    @Override
    public void committed(long index, long term, byte[] entry) {
        committed.apply(index, term, entry);
    }

    @Override
    public void restored(long index, byte[] state) {
        committed.restore(LogStart.decode(state));
        signals.wake();
    }

    @Override
    public void leading(long term) {
        signals.wake();
    }

    @Override
    public void notLeading(long term) {
        signals.wake();
    }

    @Override
    public void leadershipChanged() {
        signals.wake();
    }
}
