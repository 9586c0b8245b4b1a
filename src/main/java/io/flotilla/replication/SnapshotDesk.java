package io.flotilla.replication;

import io.flotilla.engine.DataFiles;
import io.flotilla.engine.Server;
import io.flotilla.provision.SnapshotException;
import io.flotilla.provision.SnapshotSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Where others' copies of this node's data meet the role thread: it says which server is worth copying, and is asked to
/// let its files rest.
final class SnapshotDesk implements SnapshotSource {
    /// Longer than the role thread takes to bring a server to rest, and than the busiest of its other work.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Signals signals;
    private @Nullable Copied copied;
    private @Nullable Request open;

    SnapshotDesk(Signals signals) {
        this.signals = signals;
    }

    /// A proved server.
    private record Copied(Server server, boolean leads) {}

    /// @param of the server that was proved when the copy began
    record Request(Server of, CompletableFuture<Pause> granted) {}

    /// INVARIANT I3: said only while the server is proved.
    synchronized void give(Server server, boolean leads) {
        copied = new Copied(server, leads);
    }

    /// From now on this node has no data to give; who waits for a pause is told.
    synchronized void giveNothing() {
        copied = null;
        Request request = open;
        open = null;
        if (request != null) {
            request.granted()
                    .completeExceptionally(new SnapshotException("its server changes its role"));
        }
    }

    @Override
    public synchronized DataFiles files(boolean leadersToo) throws SnapshotException {
        Copied now = copied;
        if (now == null) {
            throw new SnapshotException("its server is not proved");
        }
        if (now.leads() && !leadersToo) {
            throw new SnapshotException("it leads");
        }
        return now.server().dataFiles();
    }

    @Override
    public Pause pause(DataFiles files) throws SnapshotException, InterruptedException {
        CompletableFuture<Pause> granted = ask(files);
        try {
            return granted.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new SnapshotException(
                    cause == null ? "no pause" : String.valueOf(cause.getMessage()), e);
        } catch (TimeoutException e) {
            withdraw(granted);
            throw new SnapshotException("its server did not come to rest in time", e);
        } catch (InterruptedException e) {
            withdraw(granted);
            throw e;
        }
    }

    /// Nobody waits any longer: no server is held for it, and the next may ask.
    @SuppressWarnings("ReferenceEquality")
    private void withdraw(CompletableFuture<Pause> granted) {
        synchronized (this) {
            if (open != null && open.granted() == granted) {
                open = null;
            }
        }
        if (!granted.cancel(false)) {
            // It was granted at this very moment.
            var _ = granted.thenAccept(Pause::close);
        }
    }

    private synchronized CompletableFuture<Pause> ask(DataFiles files) throws SnapshotException {
        Copied now = copied;
        if (now == null || !now.server().dataFiles().equals(files)) {
            throw new SnapshotException("it is another server by now");
        }
        if (open != null) {
            throw new SnapshotException("another copy waits for a pause");
        }
        Request request = new Request(now.server(), new CompletableFuture<>());
        open = request;
        signals.wake();
        return request.granted();
    }

    synchronized boolean isRequested() {
        return open != null;
    }

    /// Takes the request, to be carried out now.
    synchronized Optional<Request> take() {
        Request request = open;
        open = null;
        return Optional.ofNullable(request);
    }
}
