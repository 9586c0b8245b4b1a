package io.flotilla.consensus;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many files a file system can still take: statvfs(3), for which the JDK has no words.
@SuppressWarnings("restricted") // the JVM is started with --enable-native-access
final class Inodes {
    private static final Logger LOG = LoggerFactory.getLogger(Inodes.class);

    /// `struct statvfs` of 64-bit Linux: eleven words of eight bytes and some spare ones.
    private static final long STATVFS_BYTES = 256;

    private static final long F_FILES = 40;
    private static final long F_FAVAIL = 56;

    private static final MethodHandle STATVFS =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("statvfs").orElseThrow(),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS));

    private Inodes() {}

    /// What is left for us; [Supply#UNCOUNTED] on a file system that does not count them (btrfs says none of none), and
    /// where it cannot be told: not a reason to stop, whoever writes will find out.
    static long left(Path directory) {
        return told(directory, F_FAVAIL);
    }

    /// How many there are, used or not.
    static long total(Path directory) {
        return told(directory, F_FILES);
    }

    private static long told(Path directory, long field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(STATVFS_BYTES, Long.BYTES);
            int failed =
                    (int) STATVFS.invokeExact(arena.allocateFrom(directory.toString()), answer);
            if (failed != 0 || answer.get(ValueLayout.JAVA_LONG, F_FILES) == 0) {
                return Supply.UNCOUNTED;
            }
            return answer.get(ValueLayout.JAVA_LONG, field);
        } catch (Throwable e) {
            LOG.debug("the inodes of {} cannot be told", directory, e);
            return Supply.UNCOUNTED;
        }
    }
}
