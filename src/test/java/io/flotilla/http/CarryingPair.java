package io.flotilla.http;

import io.flotilla.peer.NodeId;
import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Two HTTP doors with one real server: node 2 leads, node 1 carries to it.
final class CarryingPair implements AutoCloseable {
    final LeadingServer server;
    final TestNode follower;
    final TestNode leader;

    private CarryingPair(LeadingServer server, TestNode follower, TestNode leader) {
        this.server = server;
        this.follower = follower;
        this.leader = leader;
    }

    /// @param statements that prepare the server
    static CarryingPair start(Path directory, String... statements) throws Exception {
        LeadingServer server = LeadingServer.start(directory);
        for (String statement : statements) {
            server.execute(statement);
        }
        Map<NodeId, Integer> ports = TestLink.ports();
        TestNode follower = TestNode.start(1, ports);
        TestNode leader = TestNode.start(2, ports);
        TestNode.know(follower, leader);
        leader.replica.leads(server.newReign()).serves(server.server().http());
        follower.replica.follows(2);
        return new CarryingPair(server, follower, leader);
    }

    @Override
    public void close() throws IOException {
        follower.close();
        leader.close();
        server.close();
    }
}
