package io.flotilla.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// The JDK's own judgement of certificates against given authorities, with reasons one can act on.
final class FleetTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private final List<X509Certificate> authorities;

    private FleetTrust(X509ExtendedTrustManager judge, List<X509Certificate> authorities) {
        this.judge = judge;
        this.authorities = authorities;
    }

    static FleetTrust in(List<X509Certificate> authorities) throws GeneralSecurityException {
        KeyStore store = KeyMaterial.emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager judge) {
                return new FleetTrust(judge, authorities);
            }
        }
        throw new GeneralSecurityException("this JDK judges no certificates");
    }

    @FunctionalInterface
    private interface Judgement {
        void pass() throws CertificateException;
    }

    private void judge(X509Certificate[] chain, Judgement judgement) throws CertificateException {
        try {
            judgement.pass();
        } catch (CertificateException e) {
            throw new CertificateException(reason(chain, e), e);
        }
    }

    private String reason(X509Certificate[] chain, CertificateException e) {
        String subject = "the certificate '" + chain[0].getSubjectX500Principal().getName() + "' ";
        Instant now = Instant.now();
        Instant from = chain[0].getNotBefore().toInstant();
        Instant until = chain[0].getNotAfter().toInstant();
        if (now.isAfter(until)) {
            return subject + "expired on " + until;
        }
        if (now.isBefore(from)) {
            return subject + "is valid only from " + from;
        }
        return subject
                + "of the issuer '"
                + chain[chain.length - 1].getIssuerX500Principal().getName()
                + "' is not trusted here, where the authority is '"
                + authorities.getFirst().getSubjectX500Principal().getName()
                + "' ("
                + e.getMessage()
                + ")";
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
            throws CertificateException {
        judge(chain, () -> judge.checkClientTrusted(chain, kind, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
            throws CertificateException {
        judge(chain, () -> judge.checkServerTrusted(chain, kind, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
            throws CertificateException {
        judge(chain, () -> judge.checkClientTrusted(chain, kind, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
            throws CertificateException {
        judge(chain, () -> judge.checkServerTrusted(chain, kind, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
            throws CertificateException {
        judge(chain, () -> judge.checkClientTrusted(chain, kind));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind)
            throws CertificateException {
        judge(chain, () -> judge.checkServerTrusted(chain, kind));
    }

    /// None are named: else who has a certificate of another shows none at all, and the log cannot say whose it was.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
