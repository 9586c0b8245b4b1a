package io.flotilla.engine;

/// InnoDB writes changed pages out at once, and not at its leisure, until this is closed.
public final class Haste implements AutoCloseable {
    private static final String[] VARIABLES = {
        // No changed page may wait.
        "innodb_max_dirty_pages_pct", "innodb_io_capacity_max", "innodb_io_capacity"
    };
    private static final String[] HASTY = {"0", "40000", "20000"};

    private final AdminSessions sessions;
    private final String[] before;

    private Haste(AdminSessions sessions, String[] before) {
        this.sessions = sessions;
        this.before = before;
    }

    static Haste begin(AdminSessions sessions) {
        String[] before = new String[VARIABLES.length];
        for (int i = 0; i < VARIABLES.length; i++) {
            String name = VARIABLES[i];
            before[i] =
                    sessions.value("SELECT @@global." + name)
                            .orElseThrow(() -> new EngineException("no variable " + name));
        }
        for (int i = 0; i < VARIABLES.length; i++) {
            sessions.execute("SET GLOBAL " + VARIABLES[i] + "=" + HASTY[i]);
        }
        return new Haste(sessions, before);
    }

    /// A server that is gone needs no more of it.
    @Override
    public void close() {
        for (int i = VARIABLES.length - 1; i >= 0; i--) {
            sessions.execute("SET GLOBAL " + VARIABLES[i] + "=" + before[i]);
        }
    }
}
