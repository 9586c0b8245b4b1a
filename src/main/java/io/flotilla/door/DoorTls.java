package io.flotilla.door;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// With what the doors prove themselves to clients: a certificate and its key. TLS 1.2 and 1.3 only.
public final class DoorTls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]+)-----END");
    private static final char[] NO_PASSWORD = {};

    private final SSLContext context;

    private DoorTls(SSLContext context) {
        this.context = context;
    }

    /// @param certificate PEM: the door's certificate, then those that lead to its root
    /// @param key PEM: its private key, PKCS#8, without a passphrase
    /// @throws IllegalArgumentException with one sentence, if they cannot be used
    public static DoorTls of(Path certificate, Path key) {
        try {
            Certificate[] chain = chain(certificate);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry(
                    "door", key(key, chain[0].getPublicKey().getAlgorithm()), NO_PASSWORD, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, new SecureRandom());
            return new DoorTls(context);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    certificate + " and " + key + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> chain =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        if (chain.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate");
        }
        return chain.toArray(Certificate[]::new);
    }

    private static PrivateKey key(Path file, String algorithm)
            throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find() || !pem.group(1).isEmpty()) {
            throw new IllegalArgumentException(
                    file
                            + " must hold a 'PRIVATE KEY' (PKCS#8, no passphrase); 'openssl pkcs8 -topk8 -nocrypt' makes one");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(VERSIONS);
        return engine;
    }
}
