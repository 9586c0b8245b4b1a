package io.flotilla.engine;

import io.flotilla.libc.Function;
import io.flotilla.libc.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The few calls of the Linux C library that an engine needs.
final class SystemCalls {
    private static final int O_RDONLY_DIRECTORY_CLOEXEC = 0x10000 | 0x80000;
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;

    /// FS_DIRSYNC_FL of linux/fs.h, `D` of chattr: changes of a directory's names are synchronous.
    private static final int DIRSYNC = 0x0001_0000;

    /// No such process, of errno.h.
    private static final int ESRCH = 3;

    private static final Function OPEN = Function.named("open");
    private static final Function CLOSE = Function.named("close");
    private static final Function SYNCFS = Function.named("syncfs");
    private static final Function IOCTL = Function.named("ioctl");
    private static final Function GET_SCHEDULER = Function.named("sched_getscheduler");
    private static final Function SET_SCHEDULER = Function.named("sched_setscheduler");

    private SystemCalls() {}

    /// A thread's policy by its number in linux/sched.h; negative when there is none: the thread has ended, or the system has no
    /// policies.
    ///
    /// @param thread its number for the system; 0 for this one
    static int schedulingPolicy(int thread) {
        try (Scratch scratch = new Scratch()) {
            return GET_SCHEDULER.call(scratch, thread, 0, 0);
        }
    }

    /// Gives a thread another policy of those that know no priorities; sched(7). One that has ended is no error.
    ///
    /// @param from one that has another one is left alone
    static void changeSchedulingPolicy(int thread, int from, int to) throws IOException {
        if (schedulingPolicy(thread) != from) {
            return;
        }
        try (Scratch scratch = new Scratch()) {
            // struct sched_param: a priority, which has to be 0.
            long parameters = scratch.address(scratch.bytes(Integer.BYTES));
            if (SET_SCHEDULER.call(scratch, thread, to, parameters) != 0
                    && scratch.errno() != ESRCH) {
                throw new IOException("sched_setscheduler failed with errno " + scratch.errno());
            }
        }
    }

    /// Everything written to the file system that holds `directory` is on the disk when it returns.
    static void syncFileSystem(Path directory) throws IOException {
        try (Scratch scratch = new Scratch()) {
            int fd = open(scratch, directory);
            try {
                check("syncfs", directory, scratch, SYNCFS.call(scratch, fd, 0, 0));
            } finally {
                check("close", directory, scratch, CLOSE.call(scratch, fd, 0, 0));
            }
        }
    }

    /// Sets `D` on a directory (inherited by directories made in it) and says whether the file system honours it.
    static boolean makeDirectorySynchronous(Path directory) throws IOException {
        try (Scratch scratch = new Scratch()) {
            int fd = open(scratch, directory);
            try {
                return setFlag(scratch, fd);
            } finally {
                check("close", directory, scratch, CLOSE.call(scratch, fd, 0, 0));
            }
        }
    }

    private static boolean setFlag(Scratch scratch, int fd) {
        ByteBuffer flags = scratch.bytes(Long.BYTES);
        long address = scratch.address(flags);
        if (IOCTL.call(scratch, fd, FS_IOC_GETFLAGS, address) != 0) {
            return false;
        }
        int before = flags.getInt(0);
        if ((before & DIRSYNC) != 0) {
            return true;
        }
        flags.putInt(0, before | DIRSYNC);
        if (IOCTL.call(scratch, fd, FS_IOC_SETFLAGS, address) != 0) {
            return false;
        }
        // A file system may accept the call and keep nothing of it: ask.
        int asked = IOCTL.call(scratch, fd, FS_IOC_GETFLAGS, address);
        return asked == 0 && (flags.getInt(0) & DIRSYNC) != 0;
    }

    private static int open(Scratch scratch, Path directory) throws IOException {
        int fd =
                OPEN.call(
                        scratch, scratch.text(directory.toString()), O_RDONLY_DIRECTORY_CLOEXEC, 0);
        check("open", directory, scratch, fd);
        return fd;
    }

    private static void check(String call, Path path, Scratch scratch, int result)
            throws IOException {
        if (result < 0) {
            throw new IOException(call + " of " + path + " failed with errno " + scratch.errno());
        }
    }
}
