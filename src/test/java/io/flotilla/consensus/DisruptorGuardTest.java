package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.lmax.disruptor.dsl.ExceptionHandlerWrapper;
import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisruptorGuardTest {
    @TempDir private Path directory;

    /// The library would log it and take the next event.
    @Test
    void anExceptionOnAnyOfTheLibrarysThreadsHalts() throws Exception {
        try (TestGroup group = TestGroup.started(directory, 1)) {
            TestNode node = group.leader();
            int number = 0;
            for (ExceptionHandlerWrapper<?> handler :
                    DisruptorGuard.handlers(node.insides().node())) {
                Throwable defect = new AssertionError("defect " + number++);
                handler.handleEventException(defect, 1, null);
                assertThat(node.deaths).last().isEqualTo(defect);
            }
            assertThat(node.deaths).hasSize(4);
        }
    }
}
