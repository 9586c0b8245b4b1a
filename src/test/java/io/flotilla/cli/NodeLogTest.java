package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.net.URL;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.HostPort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/// What a node's log takes.
final class NodeLogTest {
    private final LoggerContext context = new LoggerContext();
    @TempDir private Path directory;

    @BeforeEach
    void configure() throws Exception {
        context.putProperty("flotilla.log.dir", directory.toString());
        context.putProperty("flotilla.log.console", "OFF");
        URL file = getClass().getResource("/logback-node.xml");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(file);
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
}
