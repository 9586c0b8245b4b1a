package io.flotilla.chaos;

import io.flotilla.chaos.PowerDisk.Cut;
import io.flotilla.chaos.PowerDisk.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/// A fleet's [PowerDisk]s, mounted where its nodes keep their data. Taken away again whatever happens, also when this
/// program is told to end (not when it is killed: `umount`, `losetup -d` and the end of the `powerdisk` processes are a
/// person's then).
final class PowerDisks implements AutoCloseable {
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";

    private final List<PowerDisk> disks;
    private final Thread undertaker = new Thread(this::takeAway, "power-disks-undertaker");

    private PowerDisks(List<PowerDisk> disks) {
        this.disks = disks;
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    /// @param fleet the fleet's directory
    /// @param writeBack whether dirty pages are written back at random moments
    static PowerDisks create(int nodes, Path fleet, Path place, long bytes, boolean writeBack)
            throws IOException {
        PowerDisks all = new PowerDisks(new ArrayList<>());
        try {
            Path program = Compiled.in(place, "powerdisk");
            for (int node = 1; node <= nodes; node++) {
                Path own = Files.createDirectories(place.resolve(Integer.toString(node)));
                Path mountPoint = Files.createDirectories(fleet.resolve("node-" + node));
                PowerDisk disk = PowerDisk.create(program, own, mountPoint, bytes);
                all.disks.add(disk);
                disk.attach();
                if (writeBack) {
                    disk.writeBack(node);
                }
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /// Cuts the power of these nodes together: none of the disks has finished to die before all have begun, and a disk
    /// that has begun answers nothing. So no node can take part in what the others still do afterwards.
    ///
    /// @throws IllegalStateException when a disk cannot
    Map<Integer, Cut> blackout(Map<Integer, Mode> modes, long seed) {
        CyclicBarrier together = new CyclicBarrier(modes.size());
        Map<Integer, Future<Cut>> asked = new TreeMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            modes.forEach((node, mode) ->
                    asked.put(
                            node,
                            threads.submit(() -> {
                                together.await();
                                return disks.get(node - 1).blackout(mode, seed + node);
                            })));
        }
        Map<Integer, Cut> cuts = new TreeMap<>();
        asked.forEach((node, cut) -> cuts.put(node, get(cut)));
        return cuts;
    }

    private static Cut get(Future<Cut> cut) {
        try {
            return cut.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a disk does not lose its power", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    PowerDisk of(int node) {
        return disks.get(node - 1);
    }

    /// Gives these nodes, none of whose processes runs, what is left on their disks.
    void revive(List<Integer> nodes, RandomGenerator random) {
        try {
            for (int node : nodes) {
                PowerDisk disk = disks.get(node - 1);
                disk.detach();
                disk.attach();
                disk.writeBack(random.nextInt());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What starts a node on this disk as if its machine had been started anew: in a mount namespace where the boot has
    /// another id, and where the other nodes' disks are not held.
    List<String> newBoot(int node) {
        try {
            Path id = disks.get(node - 1).place().resolve("boot");
            Files.writeString(id, UUID.randomUUID() + "\n");
            StringBuilder script = new StringBuilder("mount --bind " + id + " " + BOOT_ID);
            for (int other = 1; other <= disks.size(); other++) {
                if (other != node) {
                    // Not there while the other is being revived.
                    script.append("; umount ")
                            .append(disks.get(other - 1).mountPoint())
                            .append(" 2>/dev/null");
                }
            }
            return List.of("unshare", "-m", "sh", "-c", script + "; exec \"$@\"", "sh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeAway() {
        disks.forEach(PowerDisk::close);
    }

    @Override
    public void close() {
        takeAway();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException shuttingDown) {
            // It runs, or has run: the work is done.
            return;
        }
    }
}
