package io.flotilla.sql;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A query that the server has begun to answer, in a borrowed session. One thread at a time uses it.
final class Cursor {
    private final Statement statement;
    private final ResultSet rows;
    private final List<Cell> cells;

    Cursor(Statement statement, ResultSet rows) throws SQLException {
        this.statement = statement;
        this.rows = rows;
        this.cells = cells(rows);
    }

    /// Sends the query and waits for its first rows.
    static Cursor open(Session session, Query query, SqlConfig config) throws SQLException {
        if (query.values().isEmpty()) {
            Statement statement = session.statement();
            statement.setFetchSize(config.fetchRows());
            return new Cursor(statement, statement.executeQuery(query.sql()));
        }
        PreparedStatement statement = session.prepare(query.sql());
        Execution.bind(statement, query.values());
        statement.setFetchSize(config.fetchRows());
        return new Cursor(statement, statement.executeQuery());
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
            return false;
        }
        sink.beginRow();
        for (int column = 1; column <= cells.size(); column++) {
            cells.get(column - 1).copy(rows, column, sink);
        }
        sink.endRow();
        return true;
    }

    /// To be called when the last row was read; before, it would read all the rest.
    void finish() throws SQLException {
        statement.close();
    }
}
