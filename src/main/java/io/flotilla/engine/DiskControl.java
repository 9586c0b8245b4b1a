package io.flotilla.engine;

import java.io.IOException;

/// What of the server's work is on the disk. Thread-safe; never blocked by waiting commits.
public final class DiskControl {
    private final AdminSessions sessions;
    private final EngineFiles files;

    DiskControl(AdminSessions sessions, EngineFiles files) {
        this.sessions = sessions;
        this.files = files;
    }

    /// Makes every transaction that InnoDB has committed durable (0.4-8 ms). LOCAL: without it the statement goes to the
    /// binlog and waits there itself.
    public void flushEngineLogs() {
        sessions.execute("FLUSH LOCAL ENGINE LOGS");
    }

    /// Makes everything written to the data directory's file system durable (5 ms): table definitions, Aria tables.
    public void syncFileSystem() {
        try {
            SystemCalls.syncFileSystem(files.data());
        } catch (IOException e) {
            throw Disk.unchecked("the file system of the data directory cannot be flushed", e);
        }
    }

    /// Where InnoDB's log ends. What was committed before this was asked is durable once [#lsnFlushed] has reached it.
    public long lsnCurrent() {
        return sessions.status("Innodb_lsn_current");
    }

    /// Up to where InnoDB's log is on the disk.
    public long lsnFlushed() {
        return sessions.status("Innodb_lsn_flushed");
    }
}
