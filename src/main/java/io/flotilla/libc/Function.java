package io.flotilla.libc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A function of the C library that takes up to three integers or addresses and returns an `int`.
///
/// All are called in one form: three words in 64-bit registers, from the third on as of a function that takes any number of
/// them, which on Linux is right for those that take fewer, narrower or none such as well. For each further form a JVM makes
/// thirty classes while it starts.
@SuppressWarnings("restricted") // the JVM is started with --enable-native-access
public final class Function {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor FORM =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);
    private static final int FIRST_VARIADIC = 2;

    private static final MethodHandle CALL =
            LINKER.downcallHandle(
                    FORM,
                    Linker.Option.captureCallState(Scratch.ERRNO),
                    Linker.Option.firstVariadicArg(FIRST_VARIADIC));

    private final MemorySegment address;

    private Function(MemorySegment address) {
        this.address = address;
    }

    /// @throws java.util.NoSuchElementException if the C library has no such function
    public static Function named(String name) {
        return new Function(LINKER.defaultLookup().findOrThrow(name));
    }

    /// @param scratch where addresses among the arguments point into; it keeps the error's number
    public int call(Scratch scratch, long first, long second, long third) {
        try {
            return (int) CALL.invokeExact(address, scratch.state(), first, second, third);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
