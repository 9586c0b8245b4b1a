package io.flotilla.consensus;

import io.flotilla.libc.Function;
import io.flotilla.libc.Scratch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many files a file system can still take: statvfs(3).
final class Inodes {
    private static final Logger LOG = LoggerFactory.getLogger(Inodes.class);

    /// `struct statvfs` of 64-bit Linux: eleven words of eight bytes and some spare ones.
    private static final int STATVFS_BYTES = 256;

    private static final int F_FILES = 40;
    private static final int F_FAVAIL = 56;

    private static final Function STATVFS = Function.named("statvfs");

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

    private static long told(Path directory, int field) {
        try (Scratch scratch = new Scratch()) {
            ByteBuffer answer = scratch.bytes(STATVFS_BYTES);
            int failed =
                    STATVFS.call(
                            scratch,
                            scratch.text(directory.toString()),
                            scratch.address(answer),
                            0);
            if (failed != 0 || answer.getLong(F_FILES) == 0) {
                return Supply.UNCOUNTED;
            }
            return answer.getLong(field);
        } catch (RuntimeException | Error e) {
            LOG.debug("the inodes of {} cannot be told", directory, e);
            return Supply.UNCOUNTED;
        }
    }
}
