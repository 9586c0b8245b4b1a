package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A leader and a follower, joined by a tap and a feed: all kinds of work arrive.
@Timeout(120)
final class PairTest {
    private Pair pair;

    @BeforeEach
    void start() throws Exception {
        pair = Pair.start();
    }

    @AfterEach
    void stop() throws Exception {
        pair.close();
    }

    @Test
    void carriesEveryKindOfWork() throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : EVERY_KIND.lines().toList()) {
                statement.execute(sql);
            }
        }

        pair.awaitApplied();

        pair.assertEqual();
        assertThat(pair.follower.query("SELECT NEXT_NOT_CACHED_VALUE FROM t.s"))
                .isEqualTo(pair.leader.query("SELECT NEXT_NOT_CACHED_VALUE FROM t.s"));
        assertThat(pair.follower.query("SELECT COUNT(*) FROM t.x")).isEqualTo("2");
        assertThat(pair.recorder.broken).isNull();
    }

    @Test
    void carriesTheWorkOfManyWriters() throws Exception {
        pair.leader.execute(
                "USE t",
                "CREATE TABLE t.k (id INT PRIMARY KEY, v INT) ENGINE=InnoDB",
                "INSERT INTO t.k SELECT seq, 0 FROM seq_1_to_50",
                "CREATE TABLE t.n (w INT, i INT) ENGINE=InnoDB");
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < 16; w++) {
                int writer = w;
                all.add(writers.submit(() -> write(writer)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }

        pair.awaitApplied();

        pair.assertEqual();
        assertThat(pair.follower.query("SELECT COUNT(*) FROM t.n")).isEqualTo("1600");
        assertThat(pair.follower.query("SELECT SUM(v) FROM t.k")).isEqualTo("1600");
    }

    private Void write(int writer) throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 100; i++) {
                statement.execute("INSERT INTO t.n VALUES (" + writer + ", " + i + ")");
                statement.execute(
                        "UPDATE t.k SET v = v + 1 WHERE id = " + (1 + (i * 7 + writer) % 50));
            }
        }
        return null;
    }

    private static final String EVERY_KIND =
            """
            USE t;
            CREATE TABLE a (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(100)) ENGINE=InnoDB;
            CREATE TABLE nokey (v INT) ENGINE=InnoDB;
            INSERT INTO a (v) VALUES ('one'), ('two');
            INSERT INTO nokey VALUES (1), (1), (2);
            UPDATE a SET v = 'zwei' WHERE id = 2;
            DELETE FROM nokey WHERE v = 2;
            CREATE TABLE c AS SELECT * FROM a;
            CREATE SEQUENCE s;
            SELECT NEXTVAL(s);
            SELECT NEXTVAL(s);
            BEGIN;
            INSERT INTO a (v) VALUES ('three');
            SAVEPOINT p;
            INSERT INTO a (v) VALUES ('not this');
            ROLLBACK TO p;
            INSERT INTO a (v) VALUES ('four');
            COMMIT;
            BEGIN;
            INSERT INTO a (v) VALUES ('gone');
            ROLLBACK;
            CREATE TABLE x (id INT PRIMARY KEY) ENGINE=InnoDB;
            XA START 'x1';
            INSERT INTO x VALUES (1);
            XA END 'x1';
            XA PREPARE 'x1';
            XA COMMIT 'x1';
            XA START 'x2';
            INSERT INTO x VALUES (2);
            XA END 'x2';
            XA COMMIT 'x2' ONE PHASE;
            XA START 'x3';
            INSERT INTO x VALUES (3);
            XA END 'x3';
            XA PREPARE 'x3';
            XA ROLLBACK 'x3';
            CREATE TEMPORARY TABLE tmp (id INT);
            INSERT INTO tmp VALUES (7);
            INSERT INTO nokey SELECT id FROM tmp;
            DROP TEMPORARY TABLE tmp;
            CREATE TABLE p (id INT PRIMARY KEY, b INT) PARTITION BY HASH(id) PARTITIONS 4;
            INSERT INTO p SELECT seq, seq * 2 FROM seq_1_to_1000;
            ALTER TABLE a ADD COLUMN extra INT DEFAULT 5, ADD INDEX (v);
            CREATE USER u1 IDENTIFIED BY 'x';
            GRANT SELECT ON t.* TO u1;
            CREATE VIEW w AS SELECT v FROM a;
            DROP VIEW w;
            CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 4;
            INSERT INTO nokey VALUES (f());
            ANALYZE TABLE a;
            TRUNCATE TABLE c;
            DROP TABLE c;
            INSERT INTO a (v) VALUES ('last')
            """;
}
