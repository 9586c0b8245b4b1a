package io.flotilla.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;

/// The log of a node: on the console and in a file. Logback finds it by META-INF/services and asks it first; of a process that
/// is no node it says nothing, which leaves it to logback.xml.
///
/// In code, for the time a start takes: the reader of logback's files is larger than all the rest of it.
public final class NodeLog extends ContextAwareBase implements Configurator {
    /// Where the file goes. Set in a node.
    private static final String DIRECTORY = "flotilla.log.dir";

    /// How the level is shown on the console: coloured on a terminal only.
    private static final String SHOWN_LEVEL = "flotilla.log.level";

    /// From which level on the console shows something; `up` sets OFF, since it keeps the file.
    private static final String CONSOLE_LEVEL = "flotilla.log.console";

    private static final FileSize FILE = FileSize.valueOf("16MB");
    private static final int OLD_FILES = 4;

    /// Libraries speak up only when something is wrong. What is wrong with a request is said to who sent it: anybody could fill
    /// the log with it.
    private static final Map<String, Level> LIBRARIES =
            Map.of(
                    "com.alipay.sofa.jraft", Level.ERROR,
                    "org.eclipse.jetty", Level.WARN,
                    "org.eclipse.jetty.http", Level.ERROR,
                    "org.eclipse.jetty.util.HostPort", Level.ERROR,
                    "org.mariadb.jdbc", Level.WARN);

    /// Turns the log of this process into a node's. Nothing may have logged before.
    static void writeTo(Path directory, boolean colour) {
        System.setProperty(DIRECTORY, directory.toString());
        if (colour) {
            System.setProperty(SHOWN_LEVEL, "%highlight(%-5level)");
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        String directory = System.getProperty(DIRECTORY);
        if (directory == null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        configure(logs, Path.of(directory));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void configure(LoggerContext logs, Path directory) {
        LIBRARIES.forEach((library, level) -> logs.getLogger(library).setLevel(level));
        var root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console(logs));
        root.addAppender(file(logs, directory));
    }

    private static Appender<ILoggingEvent> console(LoggerContext logs) {
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(System.getProperty(CONSOLE_LEVEL, "ALL"));
        threshold.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setName("CONSOLE");
        console.setContext(logs);
        console.addFilter(threshold);
        console.setEncoder(
                encoder(
                        logs,
                        "%d{HH:mm:ss.SSS} "
                                + System.getProperty(SHOWN_LEVEL, "%-5level")
                                + " %msg  [%logger{0}]%n%ex"));
        console.start();
        return console;
    }

    private static Appender<ILoggingEvent> file(LoggerContext logs, Path directory) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setName("FILE");
        file.setContext(logs);
        file.setFile(directory.resolve("node.log").toString());
        file.setEncoder(
                encoder(
                        logs,
                        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n%ex"));
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(logs);
        rolling.setParent(file);
        rolling.setFileNamePattern(directory.resolve("node.%i.log").toString());
        rolling.setMinIndex(1);
        rolling.setMaxIndex(OLD_FILES);
        rolling.start();
        file.setRollingPolicy(rolling);
        SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
        full.setContext(logs);
        full.setMaxFileSize(FILE);
        full.start();
        file.setTriggeringPolicy(full);
        file.start();
        return file;
    }

    private static PatternLayoutEncoder encoder(LoggerContext logs, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }
}
