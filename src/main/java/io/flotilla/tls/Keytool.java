package io.flotilla.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The JDK's `keytool`, the only way into what the JDK has for signing certificates, at work on a key store that lives
/// as long as this object (docs/adr/0018).
final class Keytool implements AutoCloseable {
    private static final String PASSWORD = "FLOTILLA_KEYTOOL_PASSWORD";

    private final Path store;
    private final char[] password;

    private Keytool(Path store, char[] password) {
        this.store = store;
        this.password = password;
    }

    /// @param directory where the key store lies meanwhile, readable for its owner only, under a random password
    static Keytool in(Path directory) throws IOException, GeneralSecurityException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Path store =
                Files.createTempFile(
                        directory,
                        ".keys-",
                        ".p12",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Keytool keytool = new Keytool(store, HexFormat.of().formatHex(random).toCharArray());
        keytool.save(KeyMaterial.emptyStore());
        return keytool;
    }

    private void save(KeyStore keys) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(store)) {
            keys.store(out, password);
        }
    }

    /// Puts a known pair beside those that are made.
    void keep(String alias, PrivateKey key, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        KeyStore keys = store();
        keys.setKeyEntry(alias, key, password, new Certificate[] {certificate});
        save(keys);
    }

    /// Makes a pair.
    void make(String alias, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(
                List.of(
                        "-J-Duser.language=en",
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass:env",
                        PASSWORD));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, new String(password));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalArgumentException("keytool refused: " + said.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// What is there now.
    KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password);
        }
        return keys;
    }

    PrivateKey key(String alias) throws IOException, GeneralSecurityException {
        return (PrivateKey) store().getKey(alias, password);
    }

    Certificate certificate(String alias) throws IOException, GeneralSecurityException {
        return store().getCertificate(alias);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(store);
    }
}
