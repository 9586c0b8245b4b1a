package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Outcome;
import io.flotilla.workload.Transaction.AbortedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Sessions that move from node to node with the token of their last write (`min_gtid`), keep connections to servers that
/// only read, and read linearizably in between.
final class SessionWorkload implements Workload {
    private static final int SESSIONS = 3;
    private static final Duration PACE = Duration.ofMillis(40);
    private static final String LOOK = "SELECT s, n FROM sessions";

    private final Doors doors;
    private final Counts counts = new Counts();
    private final List<Session> sessions = new ArrayList<>();

    SessionWorkload(Doors doors, long seed) {
        this.doors = doors;
        SplittableRandom random = new SplittableRandom(seed);
        for (int number = 1; number <= SESSIONS; number++) {
            sessions.add(new Session(number, random.split()));
        }
    }

    @Override
    public void prepare() {
        doors.untilDone("CREATE TABLE IF NOT EXISTS sessions (s INT PRIMARY KEY, n BIGINT)");
        for (int number = 1; number <= SESSIONS; number++) {
            doors.untilDone("REPLACE INTO sessions VALUES (%d, 0)".formatted(number));
        }
    }

    @Override
    public void start(Clients clients) {
        sessions.forEach(
                session -> clients.repeat("session-" + session.number, PACE, session::step));
    }

    @Override
    public Counts counts() {
        return counts;
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        for (int node : fleet.numbers().toArray()) {
            Map<Integer, Long> counters = counters(doors.rowsAt(node, LOOK));
            sessions.forEach(session ->
                    session.check.readLinearizably("in the end at node " + node, counters));
        }
        return sessions.stream().flatMap(session -> session.check.complaints().stream()).toList();
    }

    private static Map<Integer, Long> counters(List<List<String>> rows) {
        Map<Integer, Long> counters = new TreeMap<>();
        rows.forEach(
                row -> counters.put(Integer.valueOf(row.getFirst()), Long.valueOf(row.get(1))));
        return counters;
    }

    private final class Session {
        private final int number;
        private final RandomGenerator random;
        private final SessionCheck check;
        private final MySqlSession mysql;
        private Optional<String> token = Optional.empty();

        Session(int number, RandomGenerator random) {
            this.number = number;
            this.random = random;
            this.check = new SessionCheck(number);
            this.mysql = new MySqlSession(() -> doors.readOnly(doors.any(random)));
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0, 1 -> write();
                case 2 -> readLinearizably();
                case 3 -> readInConnection();
                default -> token.ifPresent(this::readBehind);
            }
        }

        private void write() {
            long value = check.next();
            // Not simply the value: an attempt that was given up may still come, behind later ones.
            String sql =
                    "UPDATE sessions SET n = GREATEST(n, %d) WHERE s = %d".formatted(value, number);
            Outcome outcome =
                    doors.client().execute(doors.http(doors.any(random)), Doors.DATABASE, sql);
            counts.add(outcome);
            check.wrote(outcome);
            if (outcome instanceof Outcome.Acknowledged told) {
                token = Optional.of(told.gtid());
            }
        }

        private void readBehind(String gtid) {
            int node = doors.any(random);
            read(node, Map.of("level", "none", "min_gtid", gtid))
                    .ifPresent(seen ->
                            check.readBehindToken("behind " + gtid + " at node " + node, seen));
        }

        private void readLinearizably() {
            int node = doors.any(random);
            read(node, Map.of("level", "linearizable"))
                    .ifPresent(
                            seen -> check.readLinearizably("linearizable at node " + node, seen));
        }

        private Optional<Map<Integer, Long>> read(int node, Map<String, String> how) {
            var rows = doors.query(node, how, LOOK);
            counts.addRead(rows.isPresent(), how.keySet().toString());
            return rows.map(SessionWorkload::counters);
        }

        private void readInConnection() {
            if (random.nextInt(20) == 0) {
                mysql.close();
            }
            if (!mysql.connected()) {
                check.connected();
            }
            try {
                Transaction transaction = mysql.begin(true);
                Map<Integer, Long> seen = counters(transaction.query(LOOK));
                transaction.rollBack();
                counts.addRead();
                check.readInConnection("reading door", seen);
            } catch (AbortedException e) {
                counts.addFailedRead("reading door: " + e.getMessage());
                mysql.close();
            }
        }
    }
}
