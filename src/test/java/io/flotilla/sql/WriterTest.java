package io.flotilla.sql;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was taken for a write comes back, whatever goes wrong on the way.
final class WriterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SqlConfig config = SqlConfig.defaults();
    private final QuietServer server = new QuietServer();
    private final FakeReign reign = new FakeReign(7, () -> Gtid.NONE);
    private final SessionPool pool =
            new SessionPool(
                    "writers",
                    server,
                    Pins.writing(),
                    2,
                    config.maxIdle(),
                    new Logins(config.logins()));
    private final Writer writer = new Writer(new FakeReplica(1, List.of()), config);

    private void write(Deadline deadline, Writer.Runs<String> runs) throws InterruptedException {
        writer.write(reign, reign.enter(deadline), pool, SessionPool.Need.OF_NODE, deadline, runs);
    }

    private void hasGivenEverythingBack() throws Exception {
        eventually(
                PATIENCE,
                () -> {
                    assertThat(reign.passes()).as("passes").isZero();
                    assertThat(pool.use().busy()).as("sessions in use").isZero();
                });
    }

    /// A write of which some part fails.
    private static class Run implements Writer.Run<String> {
        @Override
        public String run() throws InterruptedException {
            return "done";
        }

        @Override
        public SessionPool.Use use() {
            return SessionPool.Use.CLEAN;
        }

        @Override
        public boolean interruptible() {
            return false;
        }

        @Override
        public boolean limited() {
            return false;
        }
    }

    @Test
    void aWriteWhoseClientWasGoneAndCannotBeEnded() throws Exception {
        Asker client = Asker.watched();
        Deadline deadline = Deadline.in(PATIENCE, client);
        // Its client goes when the write has its session already.
        Throwable failure =
                catchThrowable(() ->
                        write(
                                deadline,
                                _ -> {
                                    client.leave();
                                    return new Run() {
                                        @Override
                                        public boolean interruptible() {
                                            throw new IllegalStateException("it does not know");
                                        }
                                    };
                                }));

        assertThat(failure).isNotNull();
        hasGivenEverythingBack();
    }

    @Test
    void aSessionThatCannotBeClosed() throws Exception {
        server.failsToClose();
        write(
                Deadline.in(PATIENCE),
                _ ->
                        new Run() {
                            @Override
                            public SessionPool.Use use() {
                                return SessionPool.Use.SPOILT;
                            }
                        });

        hasGivenEverythingBack();
    }

    @Test
    void aWriteThatCannotBeMade() throws Exception {
        Throwable failure =
                catchThrowable(() ->
                        write(
                                Deadline.in(PATIENCE),
                                _ -> {
                                    throw new IllegalStateException("there is no such write");
                                }));

        assertThat(failure).hasMessage("there is no such write");
        hasGivenEverythingBack();
    }

    @Test
    void aWriteThatFailsAsItEnds() throws Exception {
        write(
                Deadline.in(PATIENCE),
                _ ->
                        new Run() {
                            @Override
                            public void close() {
                                throw new IllegalStateException("it does not end");
                            }
                        });

        hasGivenEverythingBack();
    }

    @Test
    void aSessionThatFailsWhenItIsAsked() throws Exception {
        server.beforeEachStatement(sql -> {
            if (sql.contains("@@last_gtid")) {
                throw new IllegalStateException("the driver does not expect this");
            }
        });
        Throwable failure = catchThrowable(() -> write(Deadline.in(PATIENCE), _ -> new Run()));

        assertThat(failure).hasMessage("the driver does not expect this");
        hasGivenEverythingBack();
    }
}
