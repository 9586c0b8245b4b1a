package io.flotilla.account;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the administrator of the configuration as soon as this node leads a fleet that has no account. Has one thread,
/// which ends when this is known to be done.
///
/// An administrator that was dropped does not come back as long as there is another account.
public final class FirstAdministrator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);

    /// Between two tries.
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// Between two looks at who leads, when that has not changed.
    private static final Duration SELDOM = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Set<PosixFilePermission> TOO_MANY =
            EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final AdministratorConfig config;
    private final Replica replica;
    private final Accounts accounts;
    private final Thread thread;
    private final Semaphore changes = new Semaphore(0);
    private volatile String complaint = "";
    private boolean elsewhere;

    private FirstAdministrator(AdministratorConfig config, Replica replica, Accounts accounts) {
        this.config = config;
        this.replica = replica;
        this.accounts = accounts;
        this.thread = Thread.ofVirtual().name("first-administrator").unstarted(this::run);
    }

    public static FirstAdministrator start(
            AdministratorConfig config, Replica replica, Accounts accounts) {
        FirstAdministrator first = new FirstAdministrator(config, replica, accounts);
        replica.onChange(first.changes::release);
        first.thread.start();
        return first;
    }

    private void run() {
        try {
            while (!done()) {
                if (elsewhere && changes.tryAcquire(SELDOM.toNanos(), TimeUnit.NANOSECONDS)) {
                    changes.drainPermits();
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            LOG.debug("the node stops before it was known whether there is an administrator", e);
        }
    }

    private boolean done() throws InterruptedException {
        try {
            Deadline deadline = Deadline.in(PATIENCE);
            elsewhere = false;
            if (replica.awaitLeader(deadline) instanceof Leader.Here(var reign)) {
                return accounts.ensureFirst(reign, config.name(), this::password, deadline);
            }
            elsewhere = true;
            return false;
        } catch (FlotillaException e) {
            complain(e);
            return false;
        }
    }

    /// Nobody leads for now: that is not worth a line. The same trouble is said once.
    private void complain(FlotillaException e) {
        if (e.failure() == Failure.UNAVAILABLE) {
            LOG.debug("the first administrator is not made yet", e);
        } else if (!complaint.equals(e.message())) {
            complaint = e.message();
            LOG.error("the first administrator is not made: {}", e.message());
        }
    }

    /// The last trouble it met; empty if none.
    String complaint() {
        return complaint;
    }

    private Password password() {
        return config.passwordFile().map(FirstAdministrator::read).orElseGet(Password::none);
    }

    private static Password read(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(TOO_MANY::contains)) {
                throw new FlotillaException(
                        Failure.FORBIDDEN, file + " is open to everybody: chmod 600 " + file);
            }
            try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                return Password.of(lines.findFirst().orElse("").strip());
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new FlotillaException(
                    Failure.NOT_FOUND, "the password's file cannot be read: " + e, e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
