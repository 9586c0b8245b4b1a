package io.flotilla.tls;

import java.nio.file.Path;
import java.util.Optional;

/// Where a certificate lies, and what belongs to it. All are PEM.
///
/// @param certificate a certificate, then those that lead to its root; the root itself may be left out
/// @param key its private key: PKCS#8, without a passphrase; RSA, EC or Ed25519
/// @param authority one or more certificates: who is shown a certificate believes it if one of these issued it. Empty
///     where nobody is asked for one
public record TlsFiles(Path certificate, Path key, Optional<Path> authority) {
    /// Of a server whose clients show no certificate.
    public static TlsFiles of(Path certificate, Path key) {
        return new TlsFiles(certificate, key, Optional.empty());
    }
}
