package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// A process of its own for [SchedulingTest]: prints the policies of its threads, of one it starts, and of a process it
/// starts.
final class ProcessForSchedulingTest {
    /// The 41st field of `/proc/PID/stat` (proc(5)); the second one, a name in brackets, may hold blanks.
    private static final int POLICY = 41 - 3;

    private ProcessForSchedulingTest() {}

    public static void main(String[] args) throws Exception {
        Scheduling scheduling = Scheduling.ofThisProcess().orElse(null);
        if (scheduling == null) {
            System.out.println("chosen " + policy(Path.of("/proc/thread-self")));
            return;
        }
        Process before = new ProcessBuilder("cat").start();
        scheduling.batch();
        say("batch", before);
        scheduling.usual();
        say("usual", before);
        before.destroy();
    }

    private static void say(String word, Process before) throws Exception {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                System.out.println(word + " there " + policy(thread));
            }
        }
        System.out.println(word + " later " + ofNewThread());
        System.out.println(word + " child-before " + policy(before));
        Process child = new ProcessBuilder("cat").start();
        System.out.println(word + " child " + policy(child));
        child.destroy();
    }

    private static String policy(Process process) throws IOException {
        return policy(Path.of("/proc", String.valueOf(process.pid())));
    }

    private static String ofNewThread() throws InterruptedException, ExecutionException {
        FutureTask<String> asked = new FutureTask<>(() -> policy(Path.of("/proc/thread-self")));
        Thread.ofPlatform().start(asked);
        return asked.get();
    }

    private static String policy(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY];
    }
}
