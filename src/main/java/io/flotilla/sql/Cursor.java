package io.flotilla.sql;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A query that the server has begun to answer, in a borrowed session. One thread at a time uses it.
final class Cursor implements AutoCloseable {
    private final SessionPool pool;
    private final Session session;
    private final ResultSet rows;
    private final List<Cell> cells;
    private final boolean touchesSession;
    private boolean finished;

    private Cursor(
            SessionPool pool,
            Session session,
            ResultSet rows,
            List<Cell> cells,
            boolean touchesSession) {
        this.pool = pool;
        this.session = session;
        this.rows = rows;
        this.cells = cells;
        this.touchesSession = touchesSession;
    }

    /// Sends the query and waits for its first rows. On failure the session is still the caller's.
    static Cursor open(SessionPool pool, Session session, Query query, SqlConfig config)
            throws SQLException {
        Statement statement = session.statement();
        statement.setFetchSize(config.fetchRows());
        ResultSet rows = statement.executeQuery(limited(query.sql(), config));
        return new Cursor(pool, session, rows, cells(rows), query.touchesSession());
    }

    private static String limited(String sql, SqlConfig config) {
        return "SET STATEMENT max_statement_time=" + config.maxStream().toSeconds() + " FOR " + sql;
    }

    private static List<Cell> cells(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<Cell> cells = new ArrayList<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            cells.add(Cell.of(columns, column));
        }
        return cells;
    }

    List<RowSink.Column> columns() throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<RowSink.Column> heads = new ArrayList<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            heads.add(
                    new RowSink.Column(
                            columns.getColumnLabel(column),
                            columns.getColumnTypeName(column).toLowerCase(Locale.ROOT)));
        }
        return heads;
    }

    /// Copies the next row; false when there is none.
    boolean copyNext(RowSink sink) throws SQLException, IOException {
        if (!rows.next()) {
            finished = true;
            return false;
        }
        sink.beginRow();
        for (int column = 1; column <= cells.size(); column++) {
            cells.get(column - 1).copy(rows, column, sink);
        }
        sink.endRow();
        return true;
    }

    /// A session whose result was not read to its end is given up: closing the result would read all the rest.
    @Override
    public void close() {
        boolean reusable = finished && !touchesSession;
        if (reusable) {
            try {
                rows.getStatement().close();
            } catch (SQLException e) {
                reusable = false;
            }
        }
        pool.giveBack(session, reusable);
    }
}
