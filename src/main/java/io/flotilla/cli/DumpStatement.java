package io.flotilla.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A statement of a dump, and what becomes of it here.
///
/// @param kind what it is
/// @param text readable; what is not text in it stands in hexadecimal
record DumpStatement(Kind kind, String text) {
    enum Kind {
        /// Rows: may share a transaction.
        ROWS,
        /// Anything else that is to be run.
        OTHER,
        /// The settings of the session that follow.
        SET,
        USE,
        /// Means nothing here: what it is for is done otherwise.
        LEFT_OUT,
        /// Cannot be loaded: the system's own databases, accounts.
        REFUSED
    }

    /// Locks, transactions and keys switched off are for one session on one server; positions of another server's binlog
    /// mean nothing.
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "LOCK",
                    "UNLOCK",
                    "START",
                    "BEGIN",
                    "COMMIT",
                    "ROLLBACK",
                    "FLUSH",
                    "CHANGE",
                    "STOP",
                    "RESET");

    private static final Set<String> REFUSED = Set.of("GRANT", "REVOKE", "INSTALL");

    private static final Pattern KEYS =
            Pattern.compile("(?is)ALTER\\s+TABLE\\s+\\S+\\s+(DISABLE|ENABLE)\\s+KEYS\\s*");

    private static final Pattern ACCOUNTS =
            Pattern.compile(
                    "(?is)(CREATE|ALTER|DROP|RENAME|SET DEFAULT)\\s+(OR\\s+REPLACE\\s+)?(USER|ROLE)\\b.*");

    private static final Pattern SYSTEM =
            Pattern.compile(
                    "(?is)(USE|(CREATE|DROP)\\s+(DATABASE|SCHEMA)(\\s+IF\\s+(NOT\\s+)?EXISTS)?)\\s+`?(mysql|sys|flotilla|performance_schema|information_schema)`?\\s*.*");

    /// Only where a definition begins: `CREATE [OR REPLACE] ... DEFINER=account ... VIEW`.
    private static final Pattern DEFINER =
            Pattern.compile(
                    "(?is)^((?:CREATE|ALTER)\\b[^'\"`(]*?)\\bDEFINER\\s*=\\s*"
                            + "(?:CURRENT_USER(?:\\(\\))?|(?:`[^`]*`|'[^']*'|[^\\s@]+)(?:@(?:`[^`]*`|'[^']*'|\\S+))?)");

    /// @param text as [DumpText] gives it
    static DumpStatement of(String text) {
        String[] words = text.split("\\s+", 2);
        String first = words[0].toUpperCase(Locale.ROOT);
        Kind kind = kind(first, text);
        String undefined = first.equals("CREATE") ? DEFINER.matcher(text).replaceFirst("$1") : text;
        return new DumpStatement(kind, readable(undefined));
    }

    private static Kind kind(String first, String text) {
        if (SYSTEM.matcher(text).matches()
                || REFUSED.contains(first)
                || ACCOUNTS.matcher(text).matches()) {
            return Kind.REFUSED;
        }
        if (LEFT_OUT.contains(first) || KEYS.matcher(text).matches()) {
            return Kind.LEFT_OUT;
        }
        return switch (first) {
            case "USE" -> Kind.USE;
            case "SET" -> Kind.SET;
            case "INSERT", "REPLACE", "UPDATE", "DELETE" -> Kind.ROWS;
            default -> Kind.OTHER;
        };
    }

    /// Text as UTF-8; strings that are not, and those marked `_binary`, in hexadecimal: JSON carries no bytes.
    private static String readable(String bytes) {
        StringBuilder out = new StringBuilder(bytes.length());
        int at = 0;
        while (at < bytes.length()) {
            char c = bytes.charAt(at);
            if (c == '\'' || c == '"' || c == '`') {
                int end = afterQuoted(bytes, at);
                literal(bytes.substring(at, end), out);
                at = end;
            } else {
                int end = at + 1;
                while (end < bytes.length() && "'\"`".indexOf(bytes.charAt(end)) < 0) {
                    end++;
                }
                out.append(DumpText.readable(bytes.substring(at, end)));
                at = end;
            }
        }
        return out.toString();
    }

    /// A quote that is doubled stands for itself.
    private static int afterQuoted(String text, int start) {
        char quote = text.charAt(start);
        int at = start + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean doubled = c == quote && at + 1 < text.length() && text.charAt(at + 1) == quote;
            if (c == quote && !doubled) {
                return at + 1;
            }
            at += doubled || (c == '\\' && quote != '`') ? 2 : 1;
        }
        return text.length();
    }

    private static final Pattern BINARY = Pattern.compile("(?i)_binary\\s*$");

    /// Where it is looked for, in front of a string: a long statement is not searched from its beginning each time.
    private static final int MARK = 64;

    private static void literal(String quoted, StringBuilder out) {
        Matcher marked = BINARY.matcher(out).region(Math.max(0, out.length() - MARK), out.length());
        boolean binary = quoted.charAt(0) == '\'' && marked.find();
        byte[] bytes = quoted.getBytes(StandardCharsets.ISO_8859_1);
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (!binary) {
                out.append(text);
                return;
            }
        } catch (CharacterCodingException e) {
            if (quoted.charAt(0) != '\'') {
                out.append(DumpText.readable(quoted));
                return;
            }
        }
        if (binary) {
            out.setLength(marked.start());
        }
        out.append("x'").append(HexFormat.of().formatHex(unescaped(quoted))).append('\'');
    }

    /// What a quoted string stands for, byte by byte (sql/sql_lex.cc, get_text).
    private static byte[] unescaped(String quoted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 1; at < quoted.length() - 1; at++) {
            char c = quoted.charAt(at);
            if (c == '\\' && at + 1 < quoted.length() - 1) {
                at++;
                out.write(escaped(quoted.charAt(at)));
            } else {
                if (c == '\'') {
                    at++;
                }
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    private static int escaped(char c) {
        return switch (c) {
            case '0' -> 0;
            case 'b' -> '\b';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'Z' -> 26;
            default -> c;
        };
    }
}
