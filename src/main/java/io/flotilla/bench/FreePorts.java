package io.flotilla.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// Ports nobody on this machine listens on.
///
/// They lie below Linux's range for outgoing connections (32768 and up): from that range a port of a killed node could
/// be taken as the source port of some connection before the node is back.
public final class FreePorts {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;
    private static final int MAX_LOOKS = 10_000;

    private FreePorts() {}

    public static List<Integer> find(int count, RandomGenerator random) {
        List<Integer> found = new ArrayList<>();
        for (int look = 0; found.size() < count; look++) {
            if (look == MAX_LOOKS) {
                throw new IllegalStateException("no " + count + " free ports on this machine");
            }
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        return found;
    }

    public static int one() {
        return find(1, ThreadLocalRandom.current()).getFirst();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
