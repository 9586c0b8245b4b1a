package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.HostPort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/// What a node's log takes, and what becomes of it.
final class NodeLogTest {
    private final LoggerContext context = new LoggerContext();
    @TempDir private Path directory;

    @BeforeEach
    void configure() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        NodeLog.configure(context, directory);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Logger logger(Class<?> of) {
        return context.getLogger(of);
    }

    /// A line for each request that is malformed, as Jetty writes by itself, is a log full of them at anybody's will.
    @Test
    void noLinesForWhatStrangersSend() {
        assertThat(logger(HttpParser.class).isWarnEnabled()).isFalse();
        assertThat(logger(HostPort.class).isWarnEnabled()).isFalse();
    }

    @Test
    void whatIsWrongWithTheServerItself() {
        assertThat(logger(Server.class).isWarnEnabled()).isTrue();
        assertThat(logger(NodeLog.class).isInfoEnabled()).isTrue();
    }

    @Test
    void aLineSaysWhenHowBadWhoAndWhat() throws IOException {
        logger(NodeLog.class).warn("the disk is slow", new IOException("as told"));

        assertThat(Files.readString(directory.resolve("node.log")))
                .matches(
                        "(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN  \\[.+] NodeLog: the disk is slow\n"
                                + "java.io.IOException: as told\n\tat .*");
    }
}
