package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The first commands of docs/security.md.
@Tag("long")
class SecurityPageTest extends TypedPage {
    @Test
    void startsAFleetWithTls() throws Exception {
        Outcome outcome = run(typed("docs/security.md", freePorts()));

        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("\"names\":[\"node-1\",\"localhost\"]", "leading", "https://localhost:");
    }
}
