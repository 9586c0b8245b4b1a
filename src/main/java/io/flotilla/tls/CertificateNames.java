package io.flotilla.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// For whom a certificate was issued.
final class CertificateNames {
    private static final int DNS_NAME = 2;

    private CertificateNames() {}

    /// Its common name and its alternative DNS names.
    static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn rdn :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    names.add(rdn.getValue().toString());
                }
            }
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (each.get(0).equals(DNS_NAME)) {
                    names.add(String.valueOf(each.get(1)));
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            // It names nobody then.
            return List.of();
        }
        return names.stream().distinct().toList();
    }
}
