package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alipay.sofa.jraft.rpc.CliRequests.RemovePeerRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final TimeoutNowRequest REQUEST =
            TimeoutNowRequest.newBuilder()
                    .setGroupId("g0")
                    .setServerId("node:1")
                    .setPeerId("node:2")
                    .setTerm(3)
                    .build();

    private static byte[] written(Frame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frame.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Frame read(byte[] bytes) throws IOException {
        return Frame.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void comesOutAsItWentIn() throws IOException {
        Frame frame = new Frame(MessageKind.TIMEOUT_NOW, 42, REQUEST);
        assertThat(read(written(frame))).isEqualTo(frame);
        assertThat(written(frame)).hasSize(frame.size());
    }

    @Test
    void keepsTheBytesOfEntries() throws IOException {
        AppendEntriesRequest append =
                AppendEntriesRequest.newBuilder()
                        .setGroupId("g0")
                        .setServerId("node:1")
                        .setPeerId("node:2")
                        .setTerm(1)
                        .setPrevLogIndex(0)
                        .setPrevLogTerm(0)
                        .setCommittedIndex(0)
                        .setData(ByteString.copyFrom(new byte[100_000]))
                        .build();
        assertThat(read(written(new Frame(MessageKind.of(append), 1, append))).message())
                .isEqualTo(append);
    }

    @Test
    void refusesALengthNobodyMeans() throws IOException {
        byte[] bytes = written(new Frame(MessageKind.TIMEOUT_NOW, 42, REQUEST));
        bytes[0] = 0x7f;
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(ProtocolException.class);
        bytes[0] = -1;
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesADamagedMessage() throws IOException {
        for (int place = 4;
                place < written(new Frame(MessageKind.TIMEOUT_NOW, 42, REQUEST)).length;
                place++) {
            byte[] bytes = written(new Frame(MessageKind.TIMEOUT_NOW, 42, REQUEST));
            bytes[place] ^= 1;
            assertThatThrownBy(() -> read(bytes)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void refusesAKindThatIsNotOnTheList() {
        assertThatThrownBy(() -> MessageKind.of(99)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAMessageThatIsCutShort() throws IOException {
        byte[] bytes = written(new Frame(MessageKind.TIMEOUT_NOW, 42, REQUEST));
        assertThatThrownBy(() -> read(java.util.Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void letsNothingElseTravel() {
        assertThatThrownBy(() -> MessageKind.of(GetFileRequest.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageKind.of(RemovePeerRequest.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
