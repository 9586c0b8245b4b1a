package io.flotilla.consensus;

import com.alipay.sofa.jraft.core.FSMCallerImpl;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.ReadOnlyServiceImpl;
import com.alipay.sofa.jraft.storage.impl.LogManagerImpl;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ExceptionHandlerWrapper;
import java.lang.reflect.Field;
import java.util.List;

/// Makes an exception on one of the library's own four threads (appending, log, apply, read index) halt the process.
///
/// The library logs it and takes the next event: after an exception between giving an entry its index and writing it,
/// votes are counted for the wrong entries; after one while applying, entries are applied twice (docs/notes/raft.md,
/// must-do 4; sofa-jraft issues 1021 and 1195).
final class DisruptorGuard implements ExceptionHandler<Object> {
    private final FatalHook fatal;

    private DisruptorGuard(FatalHook fatal) {
        this.fatal = fatal;
    }

    /// After the node was initialised.
    static void install(NodeImpl node, FatalHook fatal) {
        DisruptorGuard guard = new DisruptorGuard(fatal);
        handlers(node).forEach(handler -> handler.switchTo(guard));
    }

    /// Who is told of an exception on each of the four.
    static List<ExceptionHandlerWrapper<?>> handlers(NodeImpl node) {
        return List.of(
                handler(NodeImpl.class, node, "applyDisruptor"),
                handler(LogManagerImpl.class, get(NodeImpl.class, node, "logManager"), "disruptor"),
                handler(FSMCallerImpl.class, get(NodeImpl.class, node, "fsmCaller"), "disruptor"),
                handler(
                        ReadOnlyServiceImpl.class,
                        get(NodeImpl.class, node, "readOnlyService"),
                        "readIndexDisruptor"));
    }

    private static ExceptionHandlerWrapper<?> handler(Class<?> owner, Object object, String field) {
        Object disruptor = get(owner, object, field);
        if (get(Disruptor.class, disruptor, "exceptionHandler")
                instanceof ExceptionHandlerWrapper<?> wrapper) {
            return wrapper;
        }
        throw new IllegalStateException(
                "the disruptor of " + owner + " lets nobody change its handler");
    }

    private static Object get(Class<?> owner, Object object, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(object);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of the Raft library is built otherwise: " + name, e);
        }
    }

    @Override
    public void handleEventException(Throwable cause, long sequence, Object event) {
        fatal.fatal("a thread of the Raft library", cause);
    }

    @Override
    public void handleOnStartException(Throwable cause) {
        fatal.fatal("starting a thread of the Raft library", cause);
    }

    @Override
    public void handleOnShutdownException(Throwable cause) {
        fatal.fatal("stopping a thread of the Raft library", cause);
    }
}
