package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.google.protobuf.ByteString;
import io.flotilla.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Sink sink = new Sink();
    private final Outbox outbox = new Outbox(sink);
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private final Thread writer =
            Thread.ofPlatform()
                    .unstarted(() -> {
                        try {
                            outbox.write();
                            end.complete(new AssertionError("closed, without a failure"));
                        } catch (IOException | InterruptedException e) {
                            end.complete(e);
                        }
                    });

    /// Takes bytes, and notes which thread brought them; may be made to stop or to fail.
    private static final class Sink extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Thread> writers = new ArrayList<>();
        private volatile CountDownLatch mayGoOn = new CountDownLatch(0);
        private volatile CountDownLatch reached = new CountDownLatch(0);
        private volatile boolean broken;

        @Override
        public void write(int one) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            reached.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (broken) {
                throw new IOException("broken");
            }
            synchronized (this) {
                bytes.write(from, offset, length);
                writers.add(Thread.currentThread());
            }
        }

        synchronized List<Thread> writers() {
            return List.copyOf(writers);
        }

        /// The calls of the frames that have come.
        synchronized List<Long> calls() throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
            List<Long> calls = new ArrayList<>();
            while (in.available() > 0) {
                calls.add(Frame.read(in).call());
            }
            return calls;
        }
    }

    private static Frame frame(long call, int bytes) {
        return new Frame(
                MessageKind.APPEND_ENTRIES,
                call,
                AppendEntriesRequest.newBuilder()
                        .setGroupId("g0")
                        .setServerId("node:1")
                        .setPeerId("node:2")
                        .setTerm(1)
                        .setPrevLogTerm(0)
                        .setPrevLogIndex(0)
                        .setCommittedIndex(0)
                        .setData(ByteString.copyFrom(new byte[bytes]))
                        .build());
    }

    private void startAndAwaitIdle() throws Exception {
        writer.start();
        Eventually.eventually(
                PATIENCE, () -> assertThat(writer.getState()).isEqualTo(Thread.State.WAITING));
    }

    @AfterEach
    void end() throws InterruptedException {
        sink.mayGoOn.countDown();
        outbox.close(false);
        writer.join();
    }

    @Test
    void aSmallFrameIsWrittenByWhoBringsItWhenNothingElseIs() throws Exception {
        startAndAwaitIdle();

        assertThat(outbox.send(frame(1, 10))).isTrue();

        assertThat(sink.calls()).containsExactly(1L);
        assertThat(sink.writers()).containsOnly(Thread.currentThread());
        assertThat(writer.getState()).isEqualTo(Thread.State.WAITING);
    }

    @Test
    void aLongFrameIsLeftToTheWriter() throws Exception {
        startAndAwaitIdle();

        assertThat(outbox.send(frame(1, Outbox.MAX_SENT_BYTES))).isTrue();

        Eventually.eventually(PATIENCE, () -> assertThat(sink.calls()).containsExactly(1L));
        assertThat(sink.writers()).containsOnly(writer);
    }

    @Test
    void aFrameIsLeftToTheWriterBeforeItHasBegun() throws Exception {
        assertThat(outbox.send(frame(1, 10))).isTrue();
        assertThat(sink.calls()).isEmpty();

        writer.start();

        Eventually.eventually(PATIENCE, () -> assertThat(sink.calls()).containsExactly(1L));
    }

    @Test
    void whatComesWhileTheWriterWritesComesBehindIt() throws Exception {
        startAndAwaitIdle();
        sink.reached = new CountDownLatch(1);
        sink.mayGoOn = new CountDownLatch(1);
        outbox.offer(frame(1, 10));
        sink.reached.await();

        assertThat(outbox.send(frame(2, 10))).isTrue();
        sink.mayGoOn.countDown();

        Eventually.eventually(PATIENCE, () -> assertThat(sink.calls()).containsExactly(1L, 2L));
        assertThat(sink.writers()).containsOnly(writer);
    }

    @Test
    void whatComesWhileSomebodyElseWritesIsWrittenByTheWriterBehindIt() throws Exception {
        startAndAwaitIdle();
        sink.reached = new CountDownLatch(1);
        sink.mayGoOn = new CountDownLatch(1);
        CompletableFuture<Boolean> first =
                CompletableFuture.supplyAsync(() -> outbox.send(frame(1, 10)));
        sink.reached.await();

        assertThat(outbox.send(frame(2, 10))).isTrue();
        assertThat(sink.calls()).isEmpty();
        sink.mayGoOn.countDown();

        Eventually.eventually(PATIENCE, () -> assertThat(sink.calls()).containsExactly(1L, 2L));
        assertThat(first).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(sink.writers()).last().isEqualTo(writer);
    }

    @Test
    void theWriterHearsOfAFailureOfSomebodyElse() throws Exception {
        startAndAwaitIdle();
        sink.broken = true;

        assertThat(outbox.send(frame(1, 10))).isFalse();

        assertThat(end).succeedsWithin(PATIENCE);
        assertThat(end.join()).isInstanceOf(IOException.class).hasMessage("broken");
        assertThat(outbox.offer(frame(2, 10))).isFalse();
    }

    @Test
    void whatWaitsIsStillWrittenWhenItIsDrained() throws Exception {
        outbox.offer(frame(1, 10));
        outbox.offer(frame(2, 10));
        outbox.close(true);

        writer.start();

        writer.join();
        assertThat(sink.calls()).containsExactly(1L, 2L);
        assertThat(outbox.send(frame(3, 10))).isFalse();
    }
}
