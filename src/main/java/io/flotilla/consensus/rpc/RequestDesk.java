package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.impl.core.AppendEntriesRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.InstallSnapshotRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.ReadIndexRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.google.protobuf.Message;
import io.flotilla.peer.NodeId;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests off connections, checks who sent them, and gives them to the library's processors: appends, in the order
/// in which they came, on the thread that read them; all others, which wait for the disk, on threads of their own.
///
/// Appends do not run on the threads that the library would choose. It ends such a thread when the connection ends, and
/// waits up to 15 s for it while it holds a lock; an append that is still queued there then needs the same lock to count
/// itself (`AppendEntriesRequestProcessor.onClosed`, `getOrCreatePeerRequestContext`), and nobody's appends are taken
/// meanwhile.
final class RequestDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);

    private final NodeId self;
    private final Executor executor;
    private final Predicate<PeerId> voters;
    private final Vow vow;
    private final BooleanSupplier full;
    private final LinkListener listener;
    private final AppendEntriesRequestProcessor appends;
    private final Map<MessageKind, RpcProcessor<?>> processors = new EnumMap<>(MessageKind.class);

    /// @param voters whether a peer may ask for votes or order an election; asked on `executor`
    /// @param full whether nothing more may be written to this node's disk
    RequestDesk(
            NodeId self,
            Executor executor,
            Predicate<PeerId> voters,
            Vow vow,
            BooleanSupplier full,
            LinkListener listener) {
        this.vow = vow;
        this.full = full;
        this.self = self;
        this.executor = executor;
        this.voters = voters;
        this.listener = listener;
        this.appends = new AppendEntriesRequestProcessor(executor);
        processors.put(MessageKind.APPEND_ENTRIES, appends);
        processors.put(MessageKind.REQUEST_VOTE, new RequestVoteRequestProcessor(executor));
        processors.put(MessageKind.TIMEOUT_NOW, new TimeoutNowRequestProcessor(executor));
        processors.put(MessageKind.READ_INDEX, new ReadIndexRequestProcessor(executor));
        processors.put(MessageKind.INSTALL_SNAPSHOT, new InstallSnapshotRequestProcessor(executor));
    }

    /// Called by the connection's reader. Blocks in an append only, for the library's lock, as whatever comes behind it
    /// would.
    void take(IncomingLink link, Frame frame) {
        Message request = frame.message();
        Sender sender = sender(request);
        if (!sender.from().equals(PeerNames.peerId(link.from()).toString())
                || !sender.to().equals(PeerNames.peerId(self).toString())) {
            LOG.warn(
                    "node {} sent a {} from '{}' to '{}': dropped",
                    link.from(),
                    frame.kind(),
                    sender.from(),
                    sender.to());
            link.reply(frame.call(), refusal("not this peer: " + sender.to()));
            return;
        }
        RpcProcessor<?> processor = processors.get(frame.kind());
        if (processor != null) {
            dispatch(link, processor, frame);
        }
    }

    private void dispatch(IncomingLink link, RpcProcessor<?> processor, Frame frame) {
        Message request = frame.message();
        if (request instanceof AppendEntriesRequest) {
            process(processor, new Context(link, frame.call(), request, link::replyHere));
        } else {
            Context context = new Context(link, frame.call(), request, link::reply);
            executor.execute(() -> process(processor, context));
        }
    }

    /// The library keeps the order of answers per pair of peers, not per connection; it must forget the old connection
    /// before a new one is used.
    ///
    /// INVARIANT: its reader has ended, so that no append of it is under way.
    void connectionClosed(IncomingLink link) {
        appends.onClosed(link.toString(), link);
    }

    @SuppressWarnings("unchecked")
    private void process(RpcProcessor<?> processor, Context context) {
        if (asksForPower(context.request) && !mayVote(context.request)) {
            LOG.warn(
                    "node {} dropped a {} of node {}, which is not a voter",
                    self,
                    MessageKind.of(context.request),
                    context.link.from());
            context.sendResponse(refusal("not a voter of this group"));
            return;
        }
        if (!vow.allowsToTake(context.request)) {
            context.sendResponse(refusal("this node has lost its log and has not caught up yet"));
            return;
        }
        if (brings(context.request) && full.getAsBoolean()) {
            context.sendResponse(refusal("the disk of this node is full"));
            return;
        }
        ((RpcProcessor<Message>) processor).handleRequest(context, context.request);
    }

    /// Whether it makes the log longer.
    private static boolean brings(Message request) {
        return request instanceof InstallSnapshotRequest
                || (request instanceof AppendEntriesRequest append && append.getEntriesCount() > 0);
    }

    private static boolean asksForPower(Message request) {
        return request instanceof RequestVoteRequest || request instanceof TimeoutNowRequest;
    }

    private boolean mayVote(Message request) {
        PeerId candidate = PeerId.parsePeer(sender(request).from());
        return candidate != null && voters.test(candidate);
    }

    private static ErrorResponse refusal(String reason) {
        return ErrorResponse.newBuilder()
                .setErrorCode(RaftError.EPERM.getNumber())
                .setErrorMsg(reason)
                .build();
    }

    private static Sender sender(Message request) {
        return switch (request) {
            case AppendEntriesRequest m -> new Sender(m.getServerId(), m.getPeerId());
            case RequestVoteRequest m -> new Sender(m.getServerId(), m.getPeerId());
            case TimeoutNowRequest m -> new Sender(m.getServerId(), m.getPeerId());
            case InstallSnapshotRequest m -> new Sender(m.getServerId(), m.getPeerId());
            case ReadIndexRequest m -> new Sender(m.getServerId(), m.getPeerId());
            default -> throw new IllegalArgumentException("not a request: " + request.getClass());
        };
    }

    private record Sender(String from, String to) {}

    /// How an answer goes back.
    @FunctionalInterface
    private interface Reply {
        void send(long call, Message answer);
    }

    /// What the library sees of a request's connection.
    private final class Context implements RpcContext {
        private final IncomingLink link;
        private final long call;
        private final Message request;
        private final Reply reply;

        Context(IncomingLink link, long call, Message request, Reply reply) {
            this.link = link;
            this.call = call;
            this.request = request;
            this.reply = reply;
        }

        @Override
        public void sendResponse(Object response) {
            reply.send(call, (Message) response);
            if (response instanceof RequestVoteResponse vote && !vote.getGranted()) {
                listener.voteRefused(link.from());
            }
        }

        @Override
        public Connection getConnection() {
            return link;
        }

        @Override
        public String getRemoteAddress() {
            return link.toString();
        }
    }
}
