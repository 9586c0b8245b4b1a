package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequestHeader;
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

/// Takes requests off connections, checks who sent them, and gives them to the library's processors on the threads
/// those ask for, in the order in which they came.
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

    /// Called by the connection's reader, so that requests of one connection keep their order. Never blocks.
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
        Runnable task = () -> process(processor, new Context(link, frame.call(), request));
        if (request instanceof AppendEntriesRequest append) {
            link.hand(executor(processor, append), task);
        } else {
            executor.execute(task);
        }
    }

    /// The library keeps the order of answers per pair of peers, not per connection; it must forget the old connection
    /// before a new one is used.
    ///
    /// INVARIANT: no append of the connection is left then. The library holds a lock while it waits up to 15 s for the
    /// thread of its appends to end, which wants that lock for an append: other nodes' appends wait for it as well, those
    /// of the next leader among them.
    void connectionClosed(IncomingLink link) {
        link.awaitCaughtUp();
        appends.onClosed(link.toString(), link);
    }

    private Executor executor(RpcProcessor<?> processor, AppendEntriesRequest append) {
        AppendEntriesRequestHeader header =
                AppendEntriesRequestHeader.newBuilder()
                        .setGroupId(append.getGroupId())
                        .setPeerId(append.getPeerId())
                        .setServerId(append.getServerId())
                        .build();
        Executor selected =
                processor.executorSelector().select(MessageKind.APPEND_ENTRIES.className(), header);
        return selected == null ? executor : selected;
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

    /// What the library sees of a request's connection.
    private final class Context implements RpcContext {
        private final IncomingLink link;
        private final long call;
        private final Message request;

        Context(IncomingLink link, long call, Message request) {
            this.link = link;
            this.call = call;
            this.request = request;
        }

        @Override
        public void sendResponse(Object response) {
            link.reply(call, (Message) response);
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
