package io.flotilla.consensus;

import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of one group on one node that are ours to give.
///
/// No queue here is bounded: the library takes a single refused task for an answer, and replication to all followers
/// ends for ever (sofa-jraft issues 1271 and 1272). What bounds them is what is under way: entries in memory and
/// messages per follower.
final class RaftThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftThreads.class);

    /// Threads of the library's own pool for a group. Its tasks wait for one another when a node stops, and in tests
    /// several nodes of a group share them.
    private static final int GROUP_THREADS = 8;

    /// Votes wait for the disk, so that one thread is not enough.
    private static final int REQUEST_THREADS = 3;

    private static final long CLOSE_SECONDS = 2;

    /// By the group's name. The library keeps them as long as the process, there is no way to take one back.
    private static final Map<String, GroupThreads> REGISTERED = new ConcurrentHashMap<>();

    private final ThreadPoolExecutor requests;
    private final ExecutorService responses;
    private final ScheduledThreadPoolExecutor alarms;

    RaftThreads(String raftGroup, String node) {
        ofGroup(raftGroup);
        requests = pool(REQUEST_THREADS, "raft-requests-" + node + "-");
        responses = Executors.newSingleThreadExecutor(named("raft-responses-" + node));
        alarms =
                new ScheduledThreadPoolExecutor(
                        1, named("raft-alarms-" + node), RaftThreads::tooLate);
        alarms.setRemoveOnCancelPolicy(true);
        alarms.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// What the library runs a group's tasks on, of all nodes of the group in this process.
    static GroupThreads ofGroup(String raftGroup) {
        return REGISTERED.computeIfAbsent(
                raftGroup,
                group -> {
                    GroupThreads pool = pool(GROUP_THREADS, "raft-" + group + "-");
                    ThreadPoolsFactory.registerThreadPool(group, pool);
                    return pool;
                });
    }

    ThreadPoolExecutor requests() {
        return requests;
    }

    ResponseThread responses() {
        return new ResponseThread(responses);
    }

    ScheduledThreadPoolExecutor alarms() {
        return alarms;
    }

    private static GroupThreads pool(int threads, String prefix) {
        return new GroupThreads(threads, prefix, RaftThreads::tooLate);
    }

    /// Only a pool that was shut down refuses anything; then nobody waits for the task any more.
    private static void tooLate(Runnable task, ThreadPoolExecutor pool) {
        LOG.debug("the node is closed: {} is dropped", task);
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().name(name).daemon(true).factory();
    }

    /// Ends what is ours; waits a little for requests under way, which may be about to use the disk.
    @Override
    public void close() {
        alarms.shutdownNow();
        requests.shutdown();
        responses.shutdown();
        try {
            if (!requests.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("requests of other nodes are still under way after {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
