package io.flotilla.tls;

import io.flotilla.tls.FleetCertificates.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Certificates of an authority of their own, good ones and bad ones.
public final class CertificatesForTests {
    private final FleetCertificates all;

    private CertificatesForTests(FleetCertificates all) {
        this.all = all;
    }

    /// @param names one certificate each
    public static CertificatesForTests in(Path directory, String... names) throws IOException {
        CertificatesForTests made = new CertificatesForTests(new FleetCertificates(directory));
        made.all.issue(
                Stream.of(names).map(name -> new Wanted(name, List.of(), "-1H", 10)).toList(),
                false);
        return made;
    }

    /// One more, which has expired.
    public void expired(String name) throws IOException {
        all.issue(List.of(new Wanted(name, List.of(), "-9d", 3)), false);
    }

    public TlsFiles of(String name) {
        return all.of(name);
    }

    /// As somebody has it who pays no heed to what [Tls#load] refuses.
    public static Tls unheeded(TlsFiles files) {
        return Tls.read(files);
    }
}
