package io.flotilla.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// With what a port of this node proves itself, and whom it believes: what its files say now. TLS 1.2 and 1.3, with the
/// ciphers of the JDK. Thread-safe.
///
/// New files are taken by [#look] without a restart; connections made before stay as they are. Files that cannot be used
/// change nothing, and the log says so.
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    /// What the JDK compiles after so many is what counts.
    private static final int REHEARSALS = 3;

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final TlsFiles files;
    private final List<Consumer<SSLContext>> listeners = new CopyOnWriteArrayList<>();
    private volatile KeyMaterial current;
    private volatile String trouble = "";
    private volatile Instant loaded = Instant.now();

    /// The digest of files that could not be used when they were looked at last; they may just be being replaced.
    private String suspect = "";

    private Tls(TlsFiles files, KeyMaterial first) {
        this.files = files;
        this.current = first;
    }

    /// @throws IllegalArgumentException with one sentence, if they cannot be used
    public static Tls load(TlsFiles files) {
        Tls tls = read(files);
        tls.current.refuseToBeRefused(files);
        return tls;
    }

    static Tls read(TlsFiles files) {
        try {
            Tls tls = new Tls(files, KeyMaterial.of(KeyMaterial.Bytes.of(files)));
            warnOfReaders(files);
            return tls;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
    }

    private static void warnOfReaders(TlsFiles files) throws IOException {
        if (!Files.getFileStore(files.key()).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> may = Files.getPosixFilePermissions(files.key());
        if (may.contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("everybody on this machine can read the key {}: chmod 600", files.key());
        }
    }

    /// Takes new files, if they have changed and can be used. Files are judged broken only when two looks found the same:
    /// a certificate and its key are not replaced in one step.
    ///
    /// @return whether there is something new
    public synchronized boolean look() {
        try {
            KeyMaterial.Bytes bytes = KeyMaterial.Bytes.of(files);
            String digest = bytes.digest();
            if (digest.equals(current.digest())) {
                recover();
                return false;
            }
            take(bytes, digest);
            return digest.equals(current.digest());
        } catch (IOException e) {
            broken(e.toString(), e.toString());
            return false;
        }
    }

    private void take(KeyMaterial.Bytes bytes, String digest) {
        try {
            KeyMaterial next = KeyMaterial.of(bytes);
            next.refuseToBeRefused(files);
            current = next;
            loaded = Instant.now();
            suspect = "";
            trouble = "";
            LOG.info(
                    "new certificate from {}: {}, valid until {}",
                    files.certificate(),
                    names(),
                    next.expires());
            listeners.forEach(each -> each.accept(next.context()));
        } catch (IllegalArgumentException e) {
            broken(digest, String.valueOf(e.getMessage()));
        }
    }

    private void broken(String what, String why) {
        if (!what.equals(suspect)) {
            suspect = what;
        } else if (!why.equals(trouble)) {
            trouble = why;
            LOG.error(
                    "the new certificate is NOT used, the old one, valid until {}, stays: {}",
                    current.expires(),
                    why);
        }
    }

    private void recover() {
        suspect = "";
        if (!trouble.isEmpty()) {
            trouble = "";
            LOG.info("{} and its key are as they were", files.certificate());
        }
    }

    /// Told of each new context, on the thread that looked.
    public void onChange(Consumer<SSLContext> listener) {
        listeners.add(listener);
    }

    /// Of the newest files that could be used.
    public SSLContext context() {
        return current.context();
    }

    /// For clients that show no certificate and believe this authority only.
    ///
    /// @param authority PEM
    /// @throws IllegalArgumentException with one sentence, if it cannot be used
    public static SSLContext trusting(Path authority) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    new TrustManager[] {
                        FleetTrust.in(Pem.certificates(authority, Files.readAllBytes(authority)))
                    },
                    null);
            return context;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(authority + " cannot be used: " + e, e);
        }
    }

    /// For one accepted connection whose client shows no certificate.
    public SSLEngine server() {
        SSLEngine engine = context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(VERSIONS.clone());
        return engine;
    }

    /// For one accepted connection whose client must show a certificate of the authority. TLS 1.3 only: both sides are
    /// ours.
    public SSLEngine mutualServer() {
        SSLEngine engine = mutual(context().createSSLEngine());
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /// For a connection that is opened to a [#mutualServer]. The other side's name is not looked at: see [#names].
    public SSLEngine mutualClient(String host, int port) {
        SSLEngine engine = mutual(context().createSSLEngine(host, port));
        engine.setUseClientMode(true);
        return engine;
    }

    /// Shakes hands with itself, so that the first handshake with another node is not the first of this process.
    ///
    /// @throws SSLException if this node would not believe itself
    public void rehearse() throws SSLException {
        for (int i = 0; i < REHEARSALS; i++) {
            new Rehearsal(this).run();
        }
    }

    private SSLEngine mutual(SSLEngine engine) {
        if (current.authorities().isEmpty()) {
            throw new IllegalStateException("without an authority nobody can be believed");
        }
        engine.setEnabledProtocols(new String[] {VERSIONS[0]});
        return engine;
    }

    /// For whom the certificate was issued that the other side has shown: its common name and its DNS names.
    ///
    /// @throws SSLPeerUnverifiedException if it has shown none, or one that has expired since
    public static List<String> names(SSLSession session) throws SSLPeerUnverifiedException {
        if (!(session.getPeerCertificates()[0] instanceof X509Certificate shown)) {
            throw new SSLPeerUnverifiedException("no X.509 certificate was shown");
        }
        if (shown.getNotAfter().toInstant().isBefore(Instant.now())) {
            // A resumed connection is not judged again.
            throw new SSLPeerUnverifiedException(
                    "the certificate expired on " + shown.getNotAfter().toInstant());
        }
        return CertificateNames.of(shown);
    }

    /// For whom the own certificate was issued.
    public List<String> names() {
        return CertificateNames.of(current.chain().getFirst());
    }

    /// When the first expires of the certificate, those above it, and the authorities.
    public Instant expires() {
        return current.expires();
    }

    /// Whole days until [#expires]; negative afterwards.
    public long daysLeft() {
        Duration left = Duration.between(Instant.now(), expires());
        return Math.floorDiv(left.toSeconds(), Duration.ofDays(1).toSeconds());
    }

    /// What a person is told of it.
    ///
    /// @param trouble why newer files are not used; empty if there are none
    public record State(
            String file,
            List<String> names,
            String issuer,
            String fingerprint,
            String expires,
            long daysLeft,
            String loaded,
            String trouble) {}

    public State state() {
        KeyMaterial now = current;
        return new State(
                files.certificate().toString(),
                names(),
                now.chain().getFirst().getIssuerX500Principal().getName(),
                now.fingerprint(),
                now.expires().toString(),
                daysLeft(),
                loaded.toString(),
                trouble);
    }

    TlsFiles files() {
        return files;
    }
}
