package io.flotilla.cli;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which definitions of a dump may be sent a second time when it is not known whether the first attempt did them.
final class Replay {
    /// Table, database, procedure or function, trigger, event, sequence exist already.
    private static final Set<Integer> EXISTS = Set.of(1050, 1007, 1304, 1359, 1537);

    private static final String NAME = "((?:`[^`]*`|[\\w$]+)(?:\\s*\\.\\s*(?:`[^`]*`|[\\w$]+))?)";

    private static final String THING =
            "(TABLE|VIEW|DATABASE|SCHEMA|PROCEDURE|FUNCTION|TRIGGER|EVENT|SEQUENCE|PACKAGE(?:\\s+BODY)?)";

    private static final Pattern REPEATABLE =
            Pattern.compile(
                    "(?is)(DROP\\s+"
                            + THING
                            + "\\s+IF\\s+EXISTS\\b|CREATE\\s+OR\\s+REPLACE\\b|CREATE\\s+"
                            + THING
                            + "\\s+IF\\s+NOT\\s+EXISTS\\b|(SELECT|DO)\\s+SETVAL\\s*\\(|SET\\b).*");

    private static final Pattern DROP =
            Pattern.compile("(?is)DROP\\s+" + THING + "\\s+IF\\s+EXISTS\\s+" + NAME + "\\s*");

    private static final Pattern CREATE =
            Pattern.compile("(?is)CREATE\\s+(?:[^'\"`(]*?\\s)??" + THING + "\\s+" + NAME + ".*");

    private final Set<String> dropped = new HashSet<>();

    Replay copy() {
        Replay copy = new Replay();
        copy.dropped.addAll(dropped);
        return copy;
    }

    /// It was done, for certain.
    void done(String statement) {
        Matcher drop = DROP.matcher(statement);
        Matcher create = CREATE.matcher(statement);
        if (drop.matches()) {
            // the name of a dropped view is a table's too, as mariadb-dump uses it
            dropped.add(name(drop.group(2)));
        } else if (create.matches()) {
            dropped.remove(name(create.group(2)));
        }
    }

    /// Whether it may be sent again.
    boolean allows(String statement) {
        Matcher create = CREATE.matcher(statement);
        return REPEATABLE.matcher(statement).matches()
                || create.matches() && dropped.contains(name(create.group(2)));
    }

    /// Whether this error of a second attempt says that the first did it.
    boolean wasDone(String statement, int errno) {
        return EXISTS.contains(errno) && allows(statement);
    }

    private static String name(String name) {
        return name.replaceAll("[`\\s]", "").toLowerCase(Locale.ROOT);
    }
}
