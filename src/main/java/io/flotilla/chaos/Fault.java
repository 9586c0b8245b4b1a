package io.flotilla.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The kinds of faults, by the names that the command takes.
enum Fault {
    KILL_JVM(ProcessFaults::killJvm),
    KILL_SERVER(ProcessFaults::killServer),
    KILL_BOTH(ProcessFaults::killBoth),
    KILL_ALL(ProcessFaults::killAll),
    TERMINATE(ProcessFaults::terminate),
    RESTART_ALL(ProcessFaults::restartAll),
    FREEZE_SHORT(ProcessFaults::freezeShort),
    FREEZE_LONG(ProcessFaults::freezeLong),
    HANDOVER(ProcessFaults::handOver),
    ISOLATE(NetworkFaults::isolate),
    ONE_WAY(NetworkFaults::oneWay),
    RING(NetworkFaults::ring),
    SEVER(NetworkFaults::sever),
    DELAY(NetworkFaults::delay),
    RATE(NetworkFaults::rate),
    LOSS(Need.NAMESPACES, NetworkFaults::lose),
    VANISH(NetworkFaults::vanish),
    SERVER_LOST(DiskFaults::serverLost),
    NODE_LOST(DiskFaults::nodeLost),
    DAMAGE(DiskFaults::damage),
    DISK_FULL(Need.DISKS, FullDisk::fill),
    DISK_SLOW(Need.DISKS, SlowDisk::slow),
    DISK_HANG(Need.DISKS, SlowDisk::hang),
    CLOCK(Need.CLOCKS, ClockFaults::jump);

    private static final Set<Fault> OF_PACKETS = EnumSet.of(ISOLATE, ONE_WAY, RING, LOSS, VANISH);

    private final Need need;
    private final Strike strike;

    Fault(Strike strike) {
        this(Need.NOTHING, strike);
    }

    Fault(Need need, Strike strike) {
        this.need = need;
        this.strike = strike;
    }

    /// Without which it cannot be done.
    Need need() {
        return need;
    }

    /// Whether it is truer, or only possible, where packets can be dropped.
    boolean ofPackets() {
        return OF_PACKETS.contains(this);
    }

    @FunctionalInterface
    private interface Strike {
        Optional<Struck> strike(Arena arena);
    }

    /// Whether its end waits for what a node decides, which it may be able to only when others are undone: a node that took a
    /// damaged log and is cut from the leader learns nothing.
    boolean endsLast() {
        return this == DAMAGE;
    }

    /// Does it; empty when there is nobody it could be done to now.
    Optional<Struck> strike(Arena arena) {
        return strike.strike(arena);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @throws IllegalArgumentException naming what there is, for an unknown word
    static Fault of(String word) {
        return Arrays.stream(values())
                .filter(fault -> fault.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "unknown fault " + word + "; there are " + words()));
    }

    static String words() {
        return all().stream().map(Fault::word).collect(Collectors.joining(", "));
    }

    static List<Fault> all() {
        return List.of(values());
    }
}
