package io.flotilla.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordedProcessTest {
    private Process process;
    private RecordedProcess recorded;

    @BeforeEach
    void startAProcess() throws IOException {
        process = new ProcessBuilder("sleep", "60").start();
        recorded = RecordedProcess.of(process.pid()).orElseThrow();
    }

    @AfterEach
    void stopIt() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, SECONDS)).isTrue();
    }

    @Test
    void isKnownByWhatItWasStartedWith() {
        assertThat(recorded.runs("60")).isTrue();
        assertThat(recorded.runs("61")).isFalse();
    }

    @Test
    void isReadBackFromItsText() {
        assertThat(RecordedProcess.parse(recorded.text())).isEqualTo(recorded);
    }

    @Test
    void isNotAnotherProcessWithTheSameNumber() {
        RecordedProcess former =
                new RecordedProcess(recorded.pid(), recorded.startTicks() - 1, recorded.bootId());

        assertThat(former.runs("60")).isFalse();
    }

    @Test
    void isNotAProcessOfAnotherBoot() {
        RecordedProcess former =
                new RecordedProcess(recorded.pid(), recorded.startTicks(), "another");

        assertThat(former.runs("60")).isFalse();
    }

    @Test
    void runsNoMoreWhenItHasEnded() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, SECONDS)).isTrue();

        assertThat(recorded.runs("60")).isFalse();
        assertThat(RecordedProcess.of(process.pid())).isEmpty();
    }
}
