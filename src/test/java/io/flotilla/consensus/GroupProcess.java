package io.flotilla.consensus;

import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// A node of a group as a process of its own: appends an entry every few milliseconds while it leads, says what happens
/// on its standard output (`leading`, `not-leading`, `following` or `acknowledged`, then the term and the
/// time), and ends with its standard input.
final class GroupProcess {
    private static final long PAUSE_MILLIS = Long.getLong("pause", 5);

    private GroupProcess() {}

    /// @param arguments directory, number of this node, ports of all nodes
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        NodeId self = new NodeId(Integer.parseInt(arguments[1]));
        List<Member> members = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            int port = Integer.parseInt(arguments[i]);
            members.add(
                    new Member(
                            new NodeId(i - 1),
                            "127.0.0.1",
                            port,
                            URI.create("http://localhost:1")));
        }
        ConsensusConfig config = ConsensusConfig.of("g0", directory.resolve("node-" + self));
        InetSocketAddress listen =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), members.get(self.number() - 1).port());
        PeerNetwork network =
                PeerNetwork.start(
                        PeerConfig.of(
                                "processes", self, members, listen, Consensus.identity(config)),
                        PeerSecurity.plain());
        ReplicatedLog log = Consensus.start(config, network, Talker::new, FatalHook.halting());
        Thread.ofPlatform().daemon(true).start(() -> appendForEver(log));
        while (System.in.read() >= 0) {
            // Until the parent is gone or closes its end.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void appendForEver(ReplicatedLog log) {
        long said = 0;
        try {
            while (true) {
                Thread.sleep(PAUSE_MILLIS);
                ReplicatedLog.Leadership leadership = log.leadership();
                if (leadership.self()
                        && append(log, leadership.term())
                        && said != leadership.term()) {
                    said = leadership.term();
                    say("acknowledged " + said);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean append(ReplicatedLog log, long term) throws InterruptedException {
        try {
            log.append(term, new byte[300]).get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static void say(String what) {
        System.out.println(what + " " + System.currentTimeMillis());
    }

    private static final class Talker implements StateMachine {
        private final ReplicatedLog log;

        Talker(ReplicatedLog log) {
            this.log = log;
        }

        @Override
        public void committed(long index, long term, byte[] entry) {}

        @Override
        public void restored(long index, byte[] state) {}

        @Override
        public void leading(long term) {
            say("leading " + term);
        }

        @Override
        public void notLeading(long term) {
            say("not-leading " + term);
        }

        @Override
        public void leadershipChanged() {
            ReplicatedLog.Leadership now = log.leadership();
            if (now.leader().isPresent() && !now.self()) {
                say("following " + now.term());
            }
        }
    }
}
