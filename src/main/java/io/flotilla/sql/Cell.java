package io.flotilla.sql;

import java.io.IOException;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How one column's values go from the driver into a [RowSink].
@FunctionalInterface
interface Cell {
    /// Columns count from 1 in JDBC and from 0 in a sink.
    void copy(ResultSet row, int column, RowSink sink) throws SQLException, IOException;

    static Cell of(ResultSetMetaData columns, int column) throws SQLException {
        String name = columns.getColumnTypeName(column).toUpperCase(Locale.ROOT);
        if (name.startsWith("YEAR")) {
            return Cell::integer;
        }
        return switch (columns.getColumnType(column)) {
            // TINYINT(1) may come as BIT too: its values are signed, and it counts as one digit.
            case Types.BIT, Types.BOOLEAN ->
                    columns.getPrecision(column) > 1 ? Cell::bits : Cell::integer;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> Cell::integer;
            case Types.BIGINT -> columns.isSigned(column) ? Cell::integer : Cell::unsigned;
            case Types.REAL -> Cell::real;
            case Types.FLOAT, Types.DOUBLE -> Cell::doubleReal;
            case Types.TIMESTAMP -> dateTime(columns.getScale(column));
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Cell::bytes;
            default -> Cell::text;
        };
    }

    private static void integer(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        long value = row.getLong(column);
        if (row.wasNull()) {
            sink.nothing(column - 1);
        } else {
            sink.integer(column - 1, value);
        }
    }

    private static void unsigned(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        String digits = row.getString(column);
        if (digits == null) {
            sink.nothing(column - 1);
        } else {
            sink.integer(column - 1, new BigInteger(digits));
        }
    }

    private static void bits(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        byte[] bits = row.getBytes(column);
        if (bits == null) {
            sink.nothing(column - 1);
        } else {
            sink.integer(column - 1, new BigInteger(1, bits));
        }
    }

    private static void real(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        float value = row.getFloat(column);
        if (row.wasNull()) {
            sink.nothing(column - 1);
        } else {
            sink.real(column - 1, value);
        }
    }

    private static void doubleReal(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        double value = row.getDouble(column);
        if (row.wasNull()) {
            sink.nothing(column - 1);
        } else {
            sink.real(column - 1, value);
        }
    }

    private static void text(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        String value = row.getString(column);
        if (value == null) {
            sink.nothing(column - 1);
        } else {
            sink.text(column - 1, value);
        }
    }

    private static void bytes(ResultSet row, int column, RowSink sink)
            throws SQLException, IOException {
        byte[] value = row.getBytes(column);
        if (value == null) {
            sink.nothing(column - 1);
        } else {
            sink.bytes(column - 1, value);
        }
    }

    /// The driver's own text of a DATETIME(3) is wrong for small fractions (TimestampColumn.decodeStringText writes
    /// microseconds with the width of milliseconds), so its parts are taken and written here. What is no moment (zero
    /// dates) is passed on as the server writes it.
    private static Cell dateTime(int fractionDigits) {
        DateTimeFormatterBuilder form =
                new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss");
        if (fractionDigits > 0) {
            form.appendFraction(ChronoField.NANO_OF_SECOND, fractionDigits, fractionDigits, true);
        }
        DateTimeFormatter iso = form.toFormatter(Locale.ROOT);
        return (row, column, sink) -> {
            String text = isoOrRaw(row, column, iso);
            if (text == null) {
                sink.nothing(column - 1);
            } else {
                sink.text(column - 1, text);
            }
        };
    }

    private static @Nullable String isoOrRaw(ResultSet row, int column, DateTimeFormatter iso)
            throws SQLException {
        try {
            LocalDateTime moment = row.getObject(column, LocalDateTime.class);
            if (moment != null) {
                return iso.format(moment);
            }
        } catch (SQLDataException e) {
            // A date such as 2026-00-10, which the server allows and no calendar knows: below.
        }
        String raw = row.getString(column);
        return raw == null ? null : raw.replace(' ', 'T');
    }
}
