package io.flotilla.bench;

import java.util.List;

/// The life of one database object and what hangs on it, statement by statement, and how each stage looks from outside.
///
/// Every kind of definition that recovery treats in its own way is met: table files, renames, copies, truncation, triggers
/// and views (files of their own), procedures and events (rows in the server's system tables).
final class ObjectLife {
    /// @param sql with `%s` for the object's name
    /// @param looks what is there afterwards; what [#QUERIES] ask for
    private record Stage(String sql, String looks) {}

    private static final String NOTHING = "";
    private static final String NEW = "T:id,v";
    private static final String WIDER = "T:a,id,v";

    private static final List<Stage> STAGES =
            List.of(
                    new Stage("", NOTHING),
                    new Stage("CREATE TABLE %s (id INT PRIMARY KEY, v INT)", NEW),
                    new Stage("ALTER TABLE %s ADD COLUMN a INT NOT NULL DEFAULT 7", WIDER),
                    new Stage(
                            "CREATE TRIGGER %s_g BEFORE INSERT ON %s FOR EACH ROW SET NEW.v = 1",
                            WIDER + " G"),
                    new Stage("CREATE VIEW %s_w AS SELECT id FROM %s", WIDER + " G W"),
                    new Stage("ALTER TABLE %s FORCE, ALGORITHM=COPY", WIDER + " G W"),
                    new Stage("CREATE PROCEDURE %s_p() SELECT 1", WIDER + " G W P"),
                    new Stage("DROP VIEW %s_w", WIDER + " G P"),
                    new Stage(
                            "CREATE EVENT %s_e ON SCHEDULE EVERY 1 YEAR DO SELECT 1",
                            WIDER + " G P E"),
                    new Stage("DROP TRIGGER %s_g", WIDER + " P E"),
                    new Stage("RENAME TABLE %s TO %s_r", "R:a,id,v P E"),
                    new Stage("TRUNCATE TABLE %s_r", "R:a,id,v P E"),
                    new Stage("DROP PROCEDURE %s_p", "R:a,id,v E"),
                    new Stage("DROP EVENT %s_e", "R:a,id,v"),
                    new Stage("DROP TABLE %s_r", NOTHING));

    /// One line for each thing: the object's name and what it is.
    static final List<String> QUERIES =
            List.of(
                    """
                    SELECT table_name, GROUP_CONCAT(column_name ORDER BY column_name) FROM information_schema.columns
                    WHERE table_schema = DATABASE() AND table_name NOT LIKE '%\\\\_w' GROUP BY table_name
                    """,
                    "SELECT trigger_name, 'G' FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
                    "SELECT table_name, 'W' FROM information_schema.views WHERE table_schema = DATABASE()",
                    "SELECT routine_name, 'P' FROM information_schema.routines WHERE routine_schema = DATABASE()",
                    "SELECT event_name, 'E' FROM information_schema.events WHERE event_schema = DATABASE()");

    private final String name;
    private final int last;
    private int reached;
    private int tried;

    /// @param dropped whether its table goes in the end, or stays for good
    ObjectLife(String name, boolean dropped) {
        this.name = name;
        last = STAGES.size() - (dropped ? 1 : 2);
    }

    String name() {
        return name;
    }

    synchronized boolean over() {
        return reached == last;
    }

    /// The next statement, about to be sent.
    synchronized String next() {
        tried = reached + 1;
        return STAGES.get(tried).sql().replace("%s", name);
    }

    /// The answer to it.
    ///
    /// @return whether the life goes on: what follows an unknown stage is unknown as well
    synchronized boolean told(Outcome outcome) {
        if (outcome.acknowledged()) {
            reached = tried;
        } else if (outcome.notApplied()) {
            tried = reached;
        }
        return !outcome.unknown();
    }

    /// Whether it may look like that now: as after the last acknowledged statement, or after the one that is unknown.
    synchronized boolean mayLook(String like) {
        return STAGES.get(reached).looks().equals(like) || STAGES.get(tried).looks().equals(like);
    }

    @Override
    public synchronized String toString() {
        return "%s, acknowledged up to '%s', tried '%s'"
                .formatted(name, STAGES.get(reached).sql(), STAGES.get(tried).sql());
    }
}
