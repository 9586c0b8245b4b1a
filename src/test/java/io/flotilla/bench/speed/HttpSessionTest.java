package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The client of the load against a server that sends bytes as it is told.
final class HttpSessionTest {
    private final List<String> answers = new ArrayList<>();
    private final List<String> checked = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /// Each answer leaves when something was asked, in pieces of so many bytes; then the connection is closed.
    private HttpSession session(int piece) throws IOException {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (Socket client = server.accept()) {
                        client.setTcpNoDelay(true);
                        OutputStream out = client.getOutputStream();
                        for (String answer : answers) {
                            client.getInputStream().read(new byte[4096]);
                            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                            for (int at = 0; at < bytes.length; at += piece) {
                                out.write(bytes, at, Math.min(piece, bytes.length - at));
                            }
                        }
                    } catch (IOException e) {
                        // The client has gone.
                    }
                });
        return new HttpSession(
                URI.create("http://127.0.0.1:" + server.getLocalPort()),
                new HttpSession.Body() {
                    @Override
                    public String path(boolean transaction, List<String> statements) {
                        return "/";
                    }

                    @Override
                    public String json(List<String> statements) {
                        return "[]";
                    }

                    @Override
                    public void check(String answer) {
                        checked.add(answer);
                    }
                });
    }

    @Test
    void readsAnswersInWhateverPiecesTheyCome() throws IOException {
        String large = "ü".repeat(20_000);
        answers.add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
        answers.add("HTTP/1.1 200 OK\r\nX: y\r\ncontent-length:0\r\n\r\n");
        answers.add(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
        answers.add("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + large);

        for (int piece : new int[] {1, 7, 100_000}) {
            checked.clear();
            HttpSession session = session(piece);
            for (int i = 0; i < answers.size(); i++) {
                session.run(List.of("x"), false);
            }
            session.close();
            assertThat(checked).containsExactly("ab", "", "a0123456789abcdef", large);
        }
    }

    @Test
    void saysWhatIsNoSuccess() throws IOException {
        answers.add("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nwait");
        HttpSession session = session(3);

        assertThatThrownBy(() -> session.run(List.of("x"), false))
                .isInstanceOf(IOException.class)
                .hasMessage("HTTP/1.1 503 No wait");
        session.close();
    }

    @Test
    void saysWhenAnAnswerIsCutOff() throws IOException {
        answers.add("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwa");
        HttpSession session = session(3);

        assertThatThrownBy(() -> session.run(List.of("x"), false)).isInstanceOf(IOException.class);
        session.close();
    }
}
