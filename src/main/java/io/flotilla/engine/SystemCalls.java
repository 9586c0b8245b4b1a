package io.flotilla.engine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// The few calls of the Linux C library that the JDK has no words for.
@SuppressWarnings("restricted") // the JVM is started with --enable-native-access
final class SystemCalls {
    private static final int O_RDONLY_DIRECTORY_CLOEXEC = 0x10000 | 0x80000;
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;

    /// FS_DIRSYNC_FL of linux/fs.h, `D` of chattr: changes of a directory's names are synchronous.
    private static final int DIRSYNC = 0x0001_0000;

    /// No such process, of errno.h.
    private static final int ESRCH = 3;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            call(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SYNCFS =
            call("syncfs", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL =
            call(
                    "ioctl",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    private static final MethodHandle GET_SCHEDULER =
            call(
                    "sched_getscheduler",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SET_SCHEDULER =
            call(
                    "sched_setscheduler",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS));

    private SystemCalls() {}

    /// A thread's policy by its number in linux/sched.h; negative when there is none: the thread has ended, or the system has no
    /// policies.
    ///
    /// @param thread its number for the system; 0 for this one
    static int schedulingPolicy(int thread) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GET_SCHEDULER.invokeExact(arena.allocate(CAPTURED), thread);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Gives a thread another policy of those that know no priorities; sched(7). One that has ended is no error.
    ///
    /// @param from one that has another one is left alone
    static void changeSchedulingPolicy(int thread, int from, int to) throws IOException {
        if (schedulingPolicy(thread) != from) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURED);
            // struct sched_param: a priority, which has to be 0.
            MemorySegment parameters = arena.allocate(ValueLayout.JAVA_INT);
            if ((int) SET_SCHEDULER.invokeExact(state, thread, to, parameters) != 0) {
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != ESRCH) {
                    throw new IOException("sched_setscheduler failed with errno " + errno);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Everything written to the file system that holds `directory` is on the disk when it returns.
    static void syncFileSystem(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURED);
            int fd = open(arena, state, directory);
            try {
                check("syncfs", directory, state, (int) SYNCFS.invokeExact(state, fd));
            } finally {
                check("close", directory, state, (int) CLOSE.invokeExact(state, fd));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sets `D` on a directory (inherited by directories made in it) and says whether the file system honours it.
    static boolean makeDirectorySynchronous(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURED);
            int fd = open(arena, state, directory);
            try {
                return setFlag(arena, state, fd);
            } finally {
                check("close", directory, state, (int) CLOSE.invokeExact(state, fd));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean setFlag(Arena arena, MemorySegment state, int fd) throws Throwable {
        MemorySegment flags = arena.allocate(ValueLayout.JAVA_LONG);
        if ((int) IOCTL.invokeExact(state, fd, FS_IOC_GETFLAGS, flags) != 0) {
            return false;
        }
        int before = flags.get(ValueLayout.JAVA_INT, 0);
        if ((before & DIRSYNC) != 0) {
            return true;
        }
        flags.set(ValueLayout.JAVA_INT, 0, before | DIRSYNC);
        if ((int) IOCTL.invokeExact(state, fd, FS_IOC_SETFLAGS, flags) != 0) {
            return false;
        }
        // A file system may accept the call and keep nothing of it: ask.
        int asked = (int) IOCTL.invokeExact(state, fd, FS_IOC_GETFLAGS, flags);
        return asked == 0 && (flags.get(ValueLayout.JAVA_INT, 0) & DIRSYNC) != 0;
    }

    private static int open(Arena arena, MemorySegment state, Path directory) throws Throwable {
        MemorySegment name = arena.allocateFrom(directory.toString());
        int fd = (int) OPEN.invokeExact(state, name, O_RDONLY_DIRECTORY_CLOEXEC);
        check("open", directory, state, fd);
        return fd;
    }

    private static void check(String call, Path path, MemorySegment state, int result)
            throws IOException {
        if (result < 0) {
            int errno = (int) ERRNO.get(state, 0L);
            throw new IOException(call + " of " + path + " failed with errno " + errno);
        }
    }

    private static MethodHandle call(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }
}
