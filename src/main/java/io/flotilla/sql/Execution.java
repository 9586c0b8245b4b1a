package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs statements of clients in a session and takes what they give. Judges nothing: [BatchRun] does.
final class Execution {
    private final Session session;
    private final SqlConfig config;

    Execution(Session session, SqlConfig config) {
        this.session = session;
        this.config = config;
    }

    /// @throws SQLException as the server or the driver says
    /// @throws TooManyRowsException after the statement was executed
    StatementResult run(RawStatement statement, TimeLimit limit)
            throws SQLException, TooManyRowsException {
        long began = System.nanoTime();
        String sql = statement.sql();
        if (takesTimeLimit(statement)) {
            sql = limit.before(sql);
        } else {
            session.execute(limit.ofLocks());
            session.losesTrackOfDatabase();
        }
        if (statement.values().isEmpty()) {
            // Without values nothing looks for question marks, neither the driver nor the server.
            try (Statement plain = session.statement()) {
                plain.setFetchSize(config.fetchRows());
                boolean rows = plain.execute(sql, Statement.RETURN_GENERATED_KEYS);
                return first(plain, rows, began);
            }
        }
        try (PreparedStatement prepared = session.prepare(sql)) {
            bind(prepared, statement.values());
            prepared.setFetchSize(config.fetchRows());
            return first(prepared, prepared.execute(), began);
        }
    }

    /// Whether it may be ended in the middle because its time is over.
    static boolean takesTimeLimit(RawStatement statement) {
        return switch (statement.kind()) {
            case QUERY, ROWS -> true;
            case ANYTHING, DEFINITION -> false;
        };
    }

    /// Nothing is sent yet when this fails.
    static void bind(PreparedStatement statement, List<@Nullable Object> values)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /// Takes the first result. A procedure may give more, and may fail after the first: they are read to their end.
    private StatementResult first(Statement statement, boolean gaveRows, long began)
            throws SQLException, TooManyRowsException {
        StatementResult first = result(statement, gaveRows, began);
        boolean more = statement.getMoreResults();
        while (more || statement.getLargeUpdateCount() != -1) {
            more = statement.getMoreResults();
        }
        return first;
    }

    private StatementResult result(Statement statement, boolean gaveRows, long began)
            throws SQLException, TooManyRowsException {
        if (gaveRows) {
            BufferedRows rows = buffer(statement.getResultSet(), statement);
            return new StatementResult.Rows(rows, since(began));
        }
        long rows = Math.max(0, statement.getLargeUpdateCount());
        return new StatementResult.Changed(rows, lastInsertId(statement), since(began));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private BufferedRows buffer(ResultSet rows, Statement statement)
            throws SQLException, TooManyRowsException {
        BufferedRows buffer = new BufferedRows(config.maxBufferedRows());
        RowSink sink = buffer.sink();
        Cursor cursor = new Cursor(statement, rows);
        try {
            sink.begin(cursor.columns());
            while (cursor.copyNext(sink)) {
                if (!buffer.complete()) {
                    throw new TooManyRowsException(config.maxBufferedRows());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to take rows", e);
        }
        return buffer;
    }

    static Optional<BigInteger> lastInsertId(Statement statement) throws SQLException {
        try (ResultSet keys = statement.getGeneratedKeys()) {
            // The driver writes the id as a signed number.
            return keys.next()
                    ? Optional.of(
                            new BigInteger(
                                    Long.toUnsignedString(Long.parseLong(keys.getString(1)))))
                    : Optional.empty();
        }
    }

    /// The statement was executed, and its rows are too many to keep.
    static final class TooManyRowsException extends Exception {
        private static final long serialVersionUID = 1L;

        TooManyRowsException(long limit) {
            super(
                    "the rows of a statement among writes take more than "
                            + limit
                            + " bytes: read them with /db/query");
        }

        FlotillaException failure() {
            return new FlotillaException(Failure.BAD_REQUEST, String.valueOf(getMessage()), this);
        }
    }
}
