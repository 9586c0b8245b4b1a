package io.flotilla.bench.speed;

import io.flotilla.bench.FreePorts;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Three etcd processes, spoken to over their HTTP gateway at one of them; an insert is a put of about 200 bytes. For the
/// latency of a commit only: it is no database of this kind.
final class Etcd implements Entrant {
    private static final int THREE = 3;
    private static final Duration STARTING = Duration.ofSeconds(60);
    private final Path program;

    Etcd(Path program) {
        this.program = program;
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String durability() {
        return "in the logs of 2 of 3 nodes, forced to disk";
    }

    @Override
    public Set<Workload> workloads() {
        return EnumSet.of(Workload.INSERT);
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isExecutable(program)
                ? Optional.empty()
                : Optional.of("no " + program + " (Debian: etcd-server)");
    }

    @Override
    public Contestant start(Path directory) throws IOException {
        Running running = new Running(directory);
        try {
            running.start();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private final class Running implements Contestant {
        private final Path directory;
        private final List<Child> processes = new ArrayList<>();
        private final List<URI> clients = new ArrayList<>();

        Running(Path directory) {
            this.directory = directory;
        }

        void start() throws IOException {
            List<Integer> ports =
                    FreePorts.find(2 * THREE, new SplittableRandom(System.nanoTime()));
            String members =
                    IntStream.range(0, THREE)
                            .mapToObj(i -> "n" + i + "=http://127.0.0.1:" + ports.get(THREE + i))
                            .collect(Collectors.joining(","));
            for (int i = 0; i < THREE; i++) {
                Files.createDirectories(directory);
                String client = "http://127.0.0.1:" + ports.get(i);
                String peer = "http://127.0.0.1:" + ports.get(THREE + i);
                clients.add(URI.create(client));
                processes.add(
                        Child.start(
                                List.of(
                                        program.toString(),
                                        "--name=n" + i,
                                        "--data-dir=" + directory.resolve("n" + i),
                                        "--listen-client-urls=" + client,
                                        "--advertise-client-urls=" + client,
                                        "--listen-peer-urls=" + peer,
                                        "--initial-advertise-peer-urls=" + peer,
                                        "--initial-cluster=" + members),
                                directory,
                                directory.resolve("n" + i + ".log")));
            }
            Patience.until(STARTING, () -> "etcd to take a put", this::puts);
        }

        private boolean puts() {
            try (Session session = open()) {
                session.run(List.of("first"), false);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public Session open() throws IOException {
            return new HttpSession(clients.getFirst(), new Put());
        }

        @Override
        public Collection<Long> processes() {
            return processes.stream().map(Child::pid).toList();
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public void awaitApplied() {
            // Its members apply what they have committed within a heartbeat; nothing lags behind.
        }

        @Override
        public void close() {
            processes.forEach(Child::close);
        }
    }

    /// A statement's text is the value; its first words are the key.
    private static final class Put implements HttpSession.Body {
        @Override
        public String path(boolean transaction, List<String> statements) {
            return "/v3/kv/put";
        }

        @Override
        public String json(List<String> statements) {
            String value = statements.getFirst();
            String key = value.substring(0, Math.min(value.length(), 48));
            return "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(base64(key), base64(value));
        }

        @Override
        public void check(String answer) throws IOException {
            if (!answer.contains("\"header\"")) {
                throw new IOException(answer);
            }
        }

        private static String base64(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
