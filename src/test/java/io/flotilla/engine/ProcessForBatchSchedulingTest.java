package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// A process of its own for [BatchSchedulingTest]: prints the policies of its threads, of one it starts, and of a process it
/// starts.
final class ProcessForBatchSchedulingTest {
    /// The 41st field of `/proc/PID/stat` (proc(5)); the second one, a name in brackets, may hold blanks.
    private static final int POLICY = 41 - 3;

    private ProcessForBatchSchedulingTest() {}

    public static void main(String[] args) throws Exception {
        BatchScheduling.begin();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                System.out.println("there " + policy(thread));
            }
        }
        System.out.println("later " + ofNewThread());
        Process child = new ProcessBuilder("cat").start();
        System.out.println("child " + policy(Path.of("/proc", String.valueOf(child.pid()))));
        child.destroy();
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
