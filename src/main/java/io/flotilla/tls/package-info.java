/// TLS: a node's certificate, key and authorities, and bytes under their protection. The one place where key material is
/// read.
///
/// [TlsFiles] names PEM files; [Tls] holds what they say now and takes new ones without a restart ([TlsWatch] looks).
/// [TlsStream] is one protected connection, blocking or not. [FleetCertificates] makes a fleet's own certificates. What
/// is said under that protection, and who may say it, is decided by the ports: `peer`, `http`, `door`.
@NullMarked
package io.flotilla.tls;

import org.jspecify.annotations.NullMarked;
