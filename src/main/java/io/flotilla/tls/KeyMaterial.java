package io.flotilla.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// What the files say at one moment: read, checked, and made into a context of its own, so that no connection under new
/// files is resumed from one under old ones.
///
/// @param digest of the files' contents
record KeyMaterial(
        List<X509Certificate> chain,
        List<X509Certificate> authorities,
        SSLContext context,
        String digest) {
    /// A connection is not resumed later than this after its handshake.
    private static final int SESSION_SECONDS = 3600;

    /// How TLS 1.3, where kinds of keys are not negotiated, calls them all.
    private static final String ANY_KIND = "UNKNOWN";

    private static final char[] NO_PASSWORD = {};

    /// The bytes of the files, unread as yet.
    record Bytes(TlsFiles files, byte[] certificate, byte[] key, Optional<byte[]> authority) {
        static Bytes of(TlsFiles files) throws IOException {
            Optional<Path> authority = files.authority();
            return new Bytes(
                    files,
                    Files.readAllBytes(files.certificate()),
                    Files.readAllBytes(files.key()),
                    authority.isPresent()
                            ? Optional.of(Files.readAllBytes(authority.get()))
                            : Optional.empty());
        }

        String digest() {
            MessageDigest sha = sha256();
            Stream.of(certificate, key, authority.orElseGet(() -> new byte[0]))
                    .map(bytes -> sha256().digest(bytes))
                    .forEach(sha::update);
            return HexFormat.of().formatHex(sha.digest());
        }
    }

    /// @throws IllegalArgumentException with one sentence, if they cannot be used
    static KeyMaterial of(Bytes bytes) {
        TlsFiles files = bytes.files();
        List<X509Certificate> chain = Pem.certificates(files.certificate(), bytes.certificate());
        PrivateKey key =
                Pem.key(files.key(), bytes.key(), chain.getFirst().getPublicKey().getAlgorithm());
        List<X509Certificate> authorities =
                files.authority().isPresent()
                        ? Pem.certificates(files.authority().get(), bytes.authority().orElseThrow())
                        : List.of();
        try {
            if (!belong(chain.getFirst(), key)) {
                throw new IllegalArgumentException(
                        files.key() + " is not the key of " + files.certificate());
            }
            return new KeyMaterial(
                    chain, authorities, context(chain, key, authorities), bytes.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    files.certificate() + " and " + files.key() + " cannot be used: " + e, e);
        }
    }

    private static boolean belong(X509Certificate certificate, PrivateKey key)
            throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default ->
                            throw new GeneralSecurityException(
                                    "a key of the kind " + key.getAlgorithm());
                };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        return signature.verify(signed);
    }

    private static SSLContext context(
            List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities)
            throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trust =
                authorities.isEmpty() ? null : new TrustManager[] {FleetTrust.in(authorities)};
        context.init(keys.getKeyManagers(), trust, null);
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
        return context;
    }

    static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }

    /// Throws if nobody with this authority would believe this certificate, as a client's or as a server's: most often
    /// it is another fleet's. One that has expired is no mistake of who wrote the configuration.
    void refuseToBeRefused(TlsFiles files) {
        Instant now = Instant.now();
        if (authorities.isEmpty() || now.isAfter(expires())) {
            return;
        }
        X509Certificate[] own = chain.toArray(X509Certificate[]::new);
        try {
            FleetTrust trust = FleetTrust.in(authorities);
            trust.checkServerTrusted(own, ANY_KIND);
            trust.checkClientTrusted(own, ANY_KIND);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    files.certificate()
                            + " would be refused by other nodes, of "
                            + files.authority().orElseThrow()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /// When the first of them all expires.
    Instant expires() {
        return Stream.concat(chain.stream(), authorities.stream())
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /// By which a person tells it from others.
    String fingerprint() {
        try {
            return HexFormat.of().formatHex(sha256().digest(chain.getFirst().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
