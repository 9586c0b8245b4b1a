package io.flotilla.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// PEM as it is read and written here. Every complaint is an `IllegalArgumentException` of one sentence that names the
/// file.
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]+)-----END");
    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    /// At least one.
    static List<X509Certificate> certificates(Path file, byte[] content) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate each :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(content))) {
                certificates.add((X509Certificate) each);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read as certificates: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate");
        }
        return certificates;
    }

    /// @param algorithm of the certificate's public key
    static PrivateKey key(Path file, byte[] content, String algorithm) {
        Matcher pem = KEY.matcher(new String(content, StandardCharsets.US_ASCII));
        if (!pem.find() || !pem.group(1).isEmpty()) {
            throw new IllegalArgumentException(
                    file
                            + " must hold a 'PRIVATE KEY' (PKCS#8, no passphrase); 'openssl pkcs8"
                            + " -topk8 -nocrypt' makes one");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (GeneralSecurityException e) {
            // Not its message: it may quote what it could not read.
            throw new IllegalArgumentException(
                    file + " holds no key of the certificate's kind, " + algorithm, e);
        }
    }

    /// @param what `CERTIFICATE` or `PRIVATE KEY`
    static String text(String what, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, LINES.encodeToString(der), what);
    }
}
