package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// README's first screen.
@Tag("system")
class ReadmeTest extends TypedPage {
    @Test
    void firstScreenWorks() throws Exception {
        int first = freePorts();

        Outcome outcome = run(typed("README.md", first));

        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("[{\"id\":1,\"name\":\"Argo\"}]");
        assertThat(new ProcessFile(new FleetDirectory(here.resolve(".flotilla"))).running())
                .isEmpty();
    }
}
