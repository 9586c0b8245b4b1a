package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A signal for processes named by their ids.
enum Signal {
    /// Ends the process at once, as a crash does.
    KILL,
    /// Asks it to end in order.
    TERM,
    /// Freezes it: it keeps its memory and its connections, and does nothing.
    STOP,
    /// Lets it go on.
    CONT,
    /// Lets a JVM write what its threads are doing.
    QUIT;

    /// Sends to all, within microseconds of each other. A process that is gone already is no error: races with processes
    /// that end by themselves are what these tests are about.
    void sendTo(Collection<Long> pids) {
        if (this == KILL) {
            killNow(pids);
        } else if (!pids.isEmpty()) {
            sendByCommand(pids);
        }
    }

    /// Without a process in between, which takes milliseconds to start: in these a write could be acknowledged that is
    /// taken for one after the kill.
    private static void killNow(Collection<Long> pids) {
        List<ProcessHandle> processes =
                pids.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    private void sendByCommand(Collection<Long> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-s", name(), "--"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            Process kill =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
