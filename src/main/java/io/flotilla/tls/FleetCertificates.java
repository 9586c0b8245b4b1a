package io.flotilla.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A directory with a fleet's own authority (`ca.crt`, `ca.key`) and the certificates it issued (`node-1.crt`,
/// `node-1.key`, ...): EC keys, files for their owner only. Who has `ca.key` can make himself any node: it belongs on
/// none of them.
///
/// @param directory made when it is not there, for its owner only
public record FleetCertificates(Path directory) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,62}");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final String CA = "ca";
    private static final int AUTHORITY_DAYS = 3650;

    /// Under which every machine knows itself.
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");

    /// So that a clock a little behind does not refuse what was just made.
    private static final String START = "-1H";

    /// What a certificate is to be.
    ///
    /// @param name its common name, and the name of its files
    /// @param hosts names and addresses under which clients may reach who has it, besides `localhost`
    /// @param start as `keytool -startdate` has it
    /// @param days from then
    record Wanted(String name, List<String> hosts, String start, int days) {
        Wanted {
            hosts = List.copyOf(hosts);
            for (String host : hosts) {
                if (!NAME.matcher(host).matches() && !ADDRESS.matcher(host).matches()) {
                    throw new IllegalArgumentException("'" + host + "' is no host's name");
                }
            }
            if (!NAME.matcher(name).matches()
                    || name.equals(CA)
                    || days < 1
                    || days > AUTHORITY_DAYS) {
                throw new IllegalArgumentException(
                        "a certificate for '" + name + "' of " + days + " days cannot be made");
            }
        }
    }

    /// What a node's certificate must name.
    public static String name(int node) {
        return "node-" + node;
    }

    /// The authority's certificate: whom clients trust.
    public Path authority() {
        return directory.resolve(CA + ".crt");
    }

    public TlsFiles of(int node) {
        return of(name(node));
    }

    TlsFiles of(String name) {
        return new TlsFiles(
                directory.resolve(name + ".crt"),
                directory.resolve(name + ".key"),
                Optional.of(authority()));
    }

    /// Issues a certificate to each node; makes the authority first where there is none.
    ///
    /// @param hosts under which clients may reach any of them, besides `localhost`
    /// @param renew whether certificates that are there are replaced
    /// @throws IllegalArgumentException with one sentence, if one is there already, or cannot be made
    public void issue(List<Integer> nodes, List<String> hosts, int days, boolean renew)
            throws IOException {
        issue(
                nodes.stream().map(node -> new Wanted(name(node), hosts, START, days)).toList(),
                renew);
    }

    void issue(List<Wanted> wanted, boolean renew) throws IOException {
        if (!Files.exists(directory)) {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        for (Wanted each : wanted) {
            TlsFiles files = of(each.name());
            if (!renew && (Files.exists(files.certificate()) || Files.exists(files.key()))) {
                throw new IllegalArgumentException(
                        files.certificate() + " is there already; to replace it say --renew");
            }
        }
        try (Keytool keytool = Keytool.in(directory)) {
            boolean fresh = authority(keytool);
            for (Wanted each : wanted) {
                keytool.make(each.name(), options(each));
            }
            if (fresh) {
                write(keytool, CA);
            }
            for (Wanted each : wanted) {
                write(keytool, each.name());
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no certificates can be made: " + e, e);
        }
    }

    /// @return whether it was made now
    private boolean authority(Keytool keytool) throws IOException, GeneralSecurityException {
        Path key = directory.resolve(CA + ".key");
        if (Files.exists(authority()) != Files.exists(key)) {
            throw new IllegalArgumentException(
                    "of " + authority() + " and " + key + " only one is there");
        }
        if (Files.exists(key)) {
            X509Certificate known =
                    Pem.certificates(authority(), Files.readAllBytes(authority())).getFirst();
            keytool.keep(
                    CA,
                    Pem.key(key, Files.readAllBytes(key), known.getPublicKey().getAlgorithm()),
                    known);
            return false;
        }
        keytool.make(
                CA,
                List.of(
                        "-dname",
                        "CN=Flotilla fleet CA " + "%08x".formatted(System.nanoTime() & 0xffffffffL),
                        "-startdate",
                        START,
                        "-validity",
                        String.valueOf(AUTHORITY_DAYS),
                        "-ext",
                        "bc:critical=ca:true,pathlen:0",
                        "-ext",
                        "ku:critical=keyCertSign,cRLSign"));
        return true;
    }

    private static List<String> options(Wanted wanted) {
        List<String> names = new ArrayList<>();
        names.add("dns:" + wanted.name());
        for (List<String> hosts : List.of(LOCAL, wanted.hosts())) {
            for (String host : hosts) {
                names.add((ADDRESS.matcher(host).matches() ? "ip:" : "dns:") + host);
            }
        }
        return List.of(
                "-signer",
                CA,
                "-dname",
                "CN=" + wanted.name(),
                "-startdate",
                wanted.start(),
                "-validity",
                String.valueOf(wanted.days()),
                "-ext",
                "san=" + String.join(",", names),
                "-ext",
                "ku:critical=digitalSignature",
                "-ext",
                "eku=serverAuth,clientAuth");
    }

    private void write(Keytool from, String name) throws IOException, GeneralSecurityException {
        put(directory.resolve(name + ".key"), Pem.text("PRIVATE KEY", from.key(name).getEncoded()));
        put(
                directory.resolve(name + ".crt"),
                Pem.text("CERTIFICATE", from.certificate(name).getEncoded()));
    }

    /// Whole or not at all, and never readable for others.
    private static void put(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
