package io.flotilla.engine;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// A process of its own that runs a server until it is killed.
final class NodeForOrphanTest {
    private NodeForOrphanTest() {}

    public static void main(String[] arguments) throws InterruptedException {
        Engine engine = Engine.open(EngineFixture.config(Path.of(arguments[0])));
        Server server = engine.start();
        System.out.println("server " + server.pid());
        new CountDownLatch(1).await();
        engine.close();
    }
}
