package io.flotilla.engine;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/// The internal accounts of one start, with new random passwords, and the script that makes them so.
///
/// @param admin everything; used by this node only, over the socket
/// @param http what clients' statements over HTTP run as: everything inside databases, nothing else
/// @param keeper what keeps this fleet's own tables, in the database `flotilla`; what it writes is replicated
/// @param registrar what makes clients' accounts and gives them their rights; what it does is replicated
record Accounts(
        ServerAccount admin, ServerAccount http, ServerAccount keeper, ServerAccount registrar) {
    static final String ADMIN = "flotilla_admin";
    static final String HTTP = "flotilla_http";
    static final String KEEPER = "flotilla_keeper";
    static final String REGISTRAR = "flotilla_registrar";

    private static final SecureRandom RANDOM = new SecureRandom();

    static Accounts random(Path socket) {
        return new Accounts(
                account(socket, ADMIN),
                account(socket, HTTP),
                account(socket, KEEPER),
                account(socket, REGISTRAR));
    }

    private static ServerAccount account(Path socket, String user) {
        byte[] secret = new byte[24];
        RANDOM.nextBytes(secret);
        return new ServerAccount(socket, user, HexFormat.of().formatHex(secret));
    }

    /// Run by the server before it accepts a connection, at every start: whatever was done to these rows is undone.
    /// One statement a line; passwords only as hashes.
    ///
    /// A row for a database without any right takes precedence over the one for `%` (the more specific row counts):
    /// that keeps `mysql`, `sys` and `flotilla` out of reach. So does the row for `#mysql50#`: MariaDB strips that
    /// prefix from a name when it looks for the directory, so that `` `#mysql50#mysql` `` *is* `mysql`, but checks
    /// rights on the name as given (tried on 11.4.5).
    ///
    /// Every account (`PUBLIC`) may call one procedure of ours, which is made when it is first needed and believes nobody
    /// without a proof ([io.flotilla.sql] has it).
    ///
    /// The registrar may pass on all that happens inside databases, and has none of the rights by which it could commit
    /// on a server that follows (`READ ONLY ADMIN`) or past the binlog (`BINLOG ADMIN`).
    ///
    /// The account for HTTP has two passwords, of which only the second is used: `SET PASSWORD`, which every account
    /// may do for itself, changes the first (tried on 11.4.5).
    String initScript() {
        return """
        SET SESSION sql_log_bin=0;
        CREATE DATABASE IF NOT EXISTS flotilla CHARACTER SET utf8mb4;
        DELETE FROM mysql.global_priv WHERE User IN ('', 'root', 'PUBLIC', '%1$s', '%2$s', '%6$s', '%8$s');
        DELETE FROM mysql.proxies_priv;
        DELETE FROM mysql.db WHERE User IN ('', 'PUBLIC', '%1$s', '%2$s', '%6$s', '%8$s');
        DELETE FROM mysql.tables_priv WHERE User IN ('', 'PUBLIC', '%1$s', '%2$s', '%6$s', '%8$s');
        DELETE FROM mysql.columns_priv WHERE User IN ('', 'PUBLIC', '%1$s', '%2$s', '%6$s', '%8$s');
        DELETE FROM mysql.procs_priv WHERE User IN ('', 'PUBLIC', '%1$s', '%2$s', '%6$s', '%8$s');
        DELETE FROM mysql.roles_mapping WHERE User IN ('', '%1$s', '%2$s', '%6$s', '%8$s');
        FLUSH LOCAL PRIVILEGES;
        CREATE USER %1$s@localhost IDENTIFIED VIA mysql_native_password USING '%3$s';
        GRANT ALL ON *.* TO %1$s@localhost WITH GRANT OPTION;
        CREATE USER %2$s@localhost IDENTIFIED VIA mysql_native_password USING '%4$s' OR mysql_native_password USING '%5$s';
        GRANT ALL ON `%%`.* TO %2$s@localhost;
        INSERT INTO mysql.db (Host, Db, User) VALUES ('localhost', 'mysql', '%2$s'), ('localhost', 'sys', '%2$s'), ('localhost', 'flotilla', '%2$s'), ('localhost', '#mysql50#%%', '%2$s');
        INSERT INTO mysql.global_priv (Host, User, Priv) VALUES ('', 'PUBLIC', '{"access":0,"is_role":true}');
        INSERT INTO mysql.procs_priv (Host, Db, User, Routine_name, Routine_type, Grantor, Proc_priv) VALUES ('', 'flotilla', 'PUBLIC', 'keep', 'PROCEDURE', '', 'Execute');
        CREATE USER %6$s@localhost IDENTIFIED VIA mysql_native_password USING '%7$s';
        GRANT ALL ON flotilla.* TO %6$s@localhost;
        CREATE USER %8$s@localhost IDENTIFIED VIA mysql_native_password USING '%9$s';
        GRANT CREATE USER, SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY ON *.* TO %8$s@localhost WITH GRANT OPTION;
        /*M!110300 GRANT SHOW CREATE ROUTINE ON *.* TO %8$s@localhost */;
        FLUSH LOCAL PRIVILEGES;
        """
                .formatted(
                        ADMIN,
                        HTTP,
                        hash(admin.password()),
                        hash(account(http.socket(), HTTP).password()),
                        hash(http.password()),
                        KEEPER,
                        hash(keeper.password()),
                        REGISTRAR,
                        hash(registrar.password()));
    }

    /// mysql_native_password: `*` and SHA1(SHA1(password)) in hexadecimal.
    private static String hash(String password) {
        byte[] once = sha1(password.getBytes(StandardCharsets.UTF_8));
        return "*" + HexFormat.of().formatHex(sha1(once)).toUpperCase(Locale.ROOT);
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
