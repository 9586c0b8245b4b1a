package io.flotilla.http;

import io.flotilla.tls.Tls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HTTPS as Jetty has it, with what [Tls] says. Whoever names this node by its address or any other name is answered: the
/// names are looked at by who reads the certificate.
final class JettyTls {
    private static final Logger LOG = LoggerFactory.getLogger(JettyTls.class);

    private JettyTls() {}

    /// Who begins with TLS gets to `http` after the handshake; who does not is told so.
    static ConnectionFactory[] before(ConnectionFactory http, Tls tls) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(tls.context());
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.onChange(next -> reload(context, next));
        SslConnectionFactory ssl = new SslConnectionFactory(context, http.getProtocol());
        return new ConnectionFactory[] {new Plain(ssl), ssl, http};
    }

    private static void reload(SslContextFactory.Server context, SSLContext next) {
        try {
            context.reload(factory -> factory.setSslContext(next));
        } catch (Exception e) {
            LOG.error("the new certificate is NOT used for HTTPS", e);
        }
    }

    /// Closes connections that have not shaken hands in time, however slowly they drip.
    static void limitHandshakes(ServerConnector connector, Duration patience) {
        connector.addBean(
                new Connection.Listener() {
                    @Override
                    public void onOpened(Connection connection) {
                        if (connection instanceof SslConnection ssl) {
                            connector
                                    .getScheduler()
                                    .schedule(
                                            () -> closeUnlessShaken(ssl),
                                            patience.toMillis(),
                                            TimeUnit.MILLISECONDS);
                        }
                    }
                });
    }

    private static void closeUnlessShaken(SslConnection ssl) {
        if (ssl.getSSLEngine().getSession().getProtocol().equals("NONE")) {
            LOG.debug("a handshake took too long: {}", ssl.getEndPoint().getRemoteSocketAddress());
            ssl.getEndPoint().close();
        }
    }

    /// Looks at a connection's first bytes.
    private static final class Plain extends DetectorConnectionFactory {
        private static final byte[] BODY =
                ("{\"error\":{\"code\":\"BadRequest\",\"message\":\"this port speaks HTTPS: say https://\","
                                + "\"retryable\":false,\"outcome\":\"not_applied\"}}\n")
                        .getBytes(StandardCharsets.US_ASCII);

        private static final byte[] HEAD =
                ("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                + "Content-Length: "
                                + BODY.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);

        private static final long REPEAT_NANOS = Duration.ofMinutes(1).toNanos();

        private final AtomicLong said = new AtomicLong(System.nanoTime() - REPEAT_NANOS);

        Plain(SslConnectionFactory ssl) {
            super(ssl);
        }

        @Override
        protected void nextProtocol(Connector connector, EndPoint client, ByteBuffer begun) {
            long now = System.nanoTime();
            long last = said.get();
            if (now - last >= REPEAT_NANOS && said.compareAndSet(last, now)) {
                LOG.info(
                        "{} speaks plain HTTP to this port, which speaks HTTPS; it is told so",
                        client.getRemoteSocketAddress());
            }
            begun.clear().flip();
            client.write(
                    Callback.from(client::close, failure -> client.close()),
                    ByteBuffer.wrap(HEAD),
                    ByteBuffer.wrap(BODY));
        }
    }
}
