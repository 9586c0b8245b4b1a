package io.flotilla.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// A network namespace for each node, all joined to one bridge of this machine, and packet filters within them.
///
/// ```
///   namespace flt-<pid>-1              this machine                 namespace flt-<pid>-2
///   eth0 198.18.k.1  ── veth ──  bridge flt<pid> 198.18.k.254  ── veth ──  eth0 198.18.k.2
///                                .101 .102 .103: stand for the nodes
/// ```
///
/// Nodes reach each other through the wires of the fleet, which listen at the addresses that stand for them: a node's
/// filters tell by these from whom a packet comes. Clients come from .254 and are not filtered. 198.18.0.0/15 is set
/// aside for tests (RFC 2544).
///
/// Everything carries this process's id in its name, and is taken away again whatever happens; what a process that was
/// killed has left is taken away by the next campaign. Needs root. Thread-safe.
final class Namespaces implements AutoCloseable {
    private static final String PREFIX = "flt";
    private static final Path NAMES = Path.of("/run/netns");
    private static final int PROBE_MILLIS = 5000;

    private final long pid;
    private final int nodes;
    private final byte[] block;

    /// What is dropped of that which one node sends to another, by sender and receiver; 1 is everything.
    private final double[][] dropped;

    private final Thread undertaker = new Thread(this::takeAway, "namespaces-undertaker");

    private Namespaces(long pid, int nodes) {
        this.pid = pid;
        this.nodes = nodes;
        this.block = new byte[] {(byte) 198, (byte) (18 + (pid >> 8) % 2), (byte) pid, 0};
        this.dropped = new double[nodes + 1][nodes + 1];
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    /// Why there can be none on this machine; empty when there may.
    static Optional<String> obstacle() {
        if (!System.getProperty("user.name", "").equals("root")) {
            return Optional.of("network namespaces need root");
        }
        List<String> missing =
                HostCommand.missing("ip", "iptables-restore", "nsenter", "bash", "timeout");
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("not installed: " + String.join(", ", missing));
    }

    /// @throws IllegalStateException with what the machine said, when it forbids it
    static Namespaces create(int nodes) {
        sweep();
        Namespaces made = new Namespaces(ProcessHandle.current().pid(), nodes);
        try {
            made.make();
            made.probe();
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void make() {
        run("ip", "link", "add", bridge(), "type", "bridge");
        run("ip", "addr", "add", text(254) + "/24", "dev", bridge());
        for (int node = 1; node <= nodes; node++) {
            run("ip", "addr", "add", text(100 + node) + "/24", "dev", bridge());
        }
        run("ip", "link", "set", bridge(), "up");
        for (int node = 1; node <= nodes; node++) {
            String name = name(node);
            String near = bridge() + "v" + node;
            run("ip", "netns", "add", name);
            run("ip", "link", "add", near, "type", "veth", "peer", "name", "eth0", "netns", name);
            run("ip", "link", "set", near, "master", bridge(), "up");
            run("ip", "-n", name, "link", "set", "lo", "up");
            run("ip", "-n", name, "addr", "add", text(node) + "/24", "dev", "eth0");
            run("ip", "-n", name, "link", "set", "eth0", "up");
            dropped[1][node] = 0.5;
            apply(node);
            dropped[1][node] = 0;
            apply(node);
        }
    }

    /// A machine may drop what comes from elsewhere (its own packet filter): then no node would reach another.
    private void probe() {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(seenAs(1), 0));
            listener.setSoTimeout(PROBE_MILLIS);
            String call = "exec 3<>/dev/tcp/%s/%d".formatted(text(101), listener.getLocalPort());
            List<String> command = new ArrayList<>(starter(1));
            command.addAll(List.of("timeout", "5", "bash", "-c", call));
            run(command.toArray(String[]::new));
            listener.accept().close();
        } catch (IOException e) {
            throw new IllegalStateException("a namespace does not reach this machine: " + e, e);
        }
    }

    InetAddress address(int node) {
        return at(node);
    }

    InetAddress seenAs(int node) {
        return at(100 + node);
    }

    List<String> starter(int node) {
        return List.of("nsenter", "--net=" + NAMES.resolve(name(node)));
    }

    /// Drops this share of the packets that a node sends to another: nothing at 0, everything at 1.
    synchronized void drop(int from, int to, double share) {
        if (dropped[from][to] != share) {
            dropped[from][to] = share;
            apply(from);
            apply(to);
        }
    }

    /// What a node loses it loses on the way in: a sender whose own machine drops a packet is told so. Only where
    /// everything is dropped is it held back at the sender as well, so that no wire takes it.
    private void apply(int node) {
        StringBuilder rules = new StringBuilder("*filter\n");
        for (int other = 1; other <= nodes; other++) {
            double in = dropped[other][node];
            if (in >= 1) {
                rules.append("-A INPUT -s ").append(text(100 + other)).append(" -j DROP\n");
            } else if (in > 0) {
                rules.append(
                        String.format(
                                Locale.ROOT,
                                "-A INPUT -s %s -m statistic --mode random --probability %.4f -j"
                                        + " DROP%n",
                                text(100 + other),
                                in));
            }
            if (dropped[node][other] >= 1) {
                rules.append("-A OUTPUT -d ").append(text(100 + other)).append(" -j DROP\n");
            }
        }
        List<String> command = new ArrayList<>(starter(node));
        command.addAll(List.of("iptables-restore", "-w"));
        HostCommand.feed(rules.append("COMMIT\n").toString(), command);
    }

    private InetAddress at(int last) {
        try {
            byte[] bytes = block.clone();
            bytes[3] = (byte) last;
            return InetAddress.getByAddress(text(last), bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(int last) {
        return "%d.%d.%d.%d".formatted(block[0] & 0xff, block[1] & 0xff, block[2] & 0xff, last);
    }

    private String bridge() {
        return PREFIX + pid;
    }

    private String name(int node) {
        return PREFIX + "-" + pid + "-" + node;
    }

    private static void run(String... command) {
        HostCommand.run(command);
    }

    private void takeAway() {
        IntStream.rangeClosed(1, nodes)
                .filter(node -> Files.exists(NAMES.resolve(name(node))))
                .forEach(node -> tryTo("ip", "netns", "del", name(node)));
        // Its end of each pair goes with the namespace, though not while a dying process is still
        // within.
        for (String link : links()) {
            if (link.equals(bridge()) || link.startsWith(bridge() + "v")) {
                tryTo("ip", "link", "del", link);
            }
        }
    }

    private static List<String> links() {
        String[] names = Path.of("/sys/class/net").toFile().list();
        return names == null ? List.of() : Arrays.stream(names).sorted().toList();
    }

    /// What campaigns have left that were killed.
    private static void sweep() {
        for (String link : links()) {
            if (link.matches(PREFIX + "[0-9]+") && dead(link.substring(PREFIX.length()))) {
                Namespaces left =
                        new Namespaces(Long.parseLong(link.substring(PREFIX.length())), 9);
                left.close();
            }
        }
    }

    private static boolean dead(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private static void tryTo(String... command) {
        try {
            run(command);
        } catch (IllegalStateException | UncheckedIOException gone) {
            // What holds it ends it, or it has ended: the next campaign looks again.
            return;
        }
    }

    @Override
    public void close() {
        takeAway();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException shuttingDown) {
            // It runs, or has run: the work is done.
            return;
        }
    }
}
