package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.net.ProtocolException;

/// The messages that may travel: nothing of the library's command line, and no files.
enum MessageKind {
    /// A vote, or with its flag set a pre-vote.
    REQUEST_VOTE(1, true, RequestVoteRequest.class, RequestVoteRequest.parser()),
    APPEND_ENTRIES(2, true, AppendEntriesRequest.class, AppendEntriesRequest.parser()),
    TIMEOUT_NOW(3, true, TimeoutNowRequest.class, TimeoutNowRequest.parser()),
    READ_INDEX(4, true, ReadIndexRequest.class, ReadIndexRequest.parser()),
    /// Where the log of the receiver goes on, for one that lacks entries the leader no longer has.
    INSTALL_SNAPSHOT(5, true, InstallSnapshotRequest.class, InstallSnapshotRequest.parser()),

    ERROR(64, false, ErrorResponse.class, ErrorResponse.parser()),
    VOTED(65, false, RequestVoteResponse.class, RequestVoteResponse.parser()),
    APPENDED(66, false, AppendEntriesResponse.class, AppendEntriesResponse.parser()),
    TIMED_OUT_NOW(67, false, TimeoutNowResponse.class, TimeoutNowResponse.parser()),
    INDEX_READ(68, false, ReadIndexResponse.class, ReadIndexResponse.parser()),
    INSTALLED(69, false, InstallSnapshotResponse.class, InstallSnapshotResponse.parser());

    private final int code;
    private final boolean request;
    private final Class<? extends Message> type;
    private final Parser<? extends Message> parser;

    MessageKind(
            int code,
            boolean request,
            Class<? extends Message> type,
            Parser<? extends Message> parser) {
        this.code = code;
        this.request = request;
        this.type = type;
        this.parser = parser;
    }

    int code() {
        return code;
    }

    boolean request() {
        return request;
    }

    /// The name the library's processors know the message by.
    String className() {
        return type.getName();
    }

    static MessageKind of(Object message) {
        for (MessageKind kind : values()) {
            if (kind.type.isInstance(message)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "messages of type " + message.getClass().getName() + " do not travel");
    }

    static MessageKind of(int code) throws ProtocolException {
        for (MessageKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new ProtocolException("a message of the unknown kind " + code);
    }

    /// Parses without copying the bytes of entries: `bytes` must not change any more.
    Message parse(byte[] bytes) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        return parser.parseFrom(in);
    }
}
