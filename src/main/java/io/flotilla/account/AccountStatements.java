package io.flotilla.account;

import io.flotilla.sql.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The statements that make accounts and give rights. Each does one thing, to one account: a statement that fails halfway
/// may have taken effect without being in the binlog (`CREATE OR REPLACE USER` does: docs/notes/sql.md).
final class AccountStatements {
    /// What an administrator's right on everything must not reach: the server's tables, and ours. (The third name for them
    /// is `#mysql50#` and the name: the server strips it when it looks for the directory, not when it looks for rights.)
    static final List<String> WITHHELD = List.of("mysql", "sys", "flotilla", "#mysql50#%");

    private AccountStatements() {}

    static List<String> create(AccountName name, Password password) {
        return List.of(create(name, password, ""));
    }

    /// An account with all rights in all databases but the server's and ours.
    ///
    /// The server takes the row for the most specific database name, so that a row with a right that is of no use there
    /// (`SHOW VIEW` without `SELECT`) keeps the row for `%` out. These rows come first, and until all is there the account
    /// is locked: whatever is interrupted leaves less, never more.
    static List<String> createAdministrator(AccountName name, Password password) {
        List<String> statements = new ArrayList<>();
        statements.add(create(name, password, " ACCOUNT LOCK"));
        statements.addAll(makeAdministrator(name));
        return statements;
    }

    /// The same from where it may have been interrupted: each of them may be done again.
    static List<String> makeAdministrator(AccountName name) {
        List<String> statements = new ArrayList<>();
        for (String database : WITHHELD) {
            statements.add("GRANT SHOW VIEW ON `" + database + "`.* TO " + name.quoted());
        }
        statements.add("GRANT ALL PRIVILEGES ON `%`.* TO " + name.quoted());
        statements.add("ALTER USER " + name.quoted() + " ACCOUNT UNLOCK");
        return statements;
    }

    private static String create(AccountName name, Password password, String more) {
        return "CREATE USER " + name.quoted() + identified(password) + more;
    }

    static String password(AccountName name, Password password) {
        return "ALTER USER " + name.quoted() + identified(password);
    }

    /// Lets it in by a second password as well; its own stays the first, which is the one it can change.
    ///
    /// @param own the hash of the first
    static String secondPassword(AccountName name, String own, Password second) {
        return "ALTER USER "
                + name.quoted()
                + " IDENTIFIED VIA mysql_native_password USING '"
                + own
                + "' OR mysql_native_password USING '"
                + second.hash()
                + "'";
    }

    private static String identified(Password password) {
        return " IDENTIFIED VIA mysql_native_password USING '" + password.hash() + "'";
    }

    static String drop(AccountName name) {
        return "DROP USER " + name.quoted();
    }

    static String grant(AccountName name, Name database, Set<Right> rights) {
        return "GRANT " + Right.sql(rights) + " ON " + in(database) + " TO " + name.quoted();
    }

    static String revoke(AccountName name, Name database, Set<Right> rights) {
        return "REVOKE " + Right.sql(rights) + " ON " + in(database) + " FROM " + name.quoted();
    }

    /// In GRANT a database's name is a pattern, in which `_` stands for any character: `my_db` would be `mysdb` too. (A
    /// [Name] holds neither `%` nor a backslash nor a backtick.)
    private static String in(Name database) {
        return "`" + database.text().replace("_", "\\_") + "`.*";
    }
}
