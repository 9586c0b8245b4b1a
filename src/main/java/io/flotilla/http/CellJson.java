package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.flotilla.sql.RowSink;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes rows as JSON, each as an object by column name or as an array. What stands around the rows is a subclass's.
///
/// Integers keep all their digits, `DECIMAL`s come as text, bytes are written as base64.
abstract class CellJson implements RowSink {
    private final JsonGenerator json;
    private final Form form;
    private @Nullable List<SerializedString> names;

    /// @param objects whether a row is an object; else an array
    /// @param integersAsText for clients whose numbers are doubles
    record Form(boolean objects, boolean integersAsText) {}

    CellJson(JsonGenerator json, Form form) {
        this.json = json;
        this.form = form;
    }

    JsonGenerator json() {
        return json;
    }

    @Override
    public void begin(List<Column> columns) throws IOException {
        if (form.objects()) {
            names = columns.stream().map(column -> new SerializedString(column.name())).toList();
        }
        head(columns);
    }

    /// Writes what comes before the rows.
    abstract void head(List<Column> columns) throws IOException;

    @Override
    public void beginRow() throws IOException {
        if (form.objects()) {
            json.writeStartObject();
        } else {
            json.writeStartArray();
        }
    }

    private void name(int column) throws IOException {
        if (names != null) {
            json.writeFieldName(names.get(column));
        }
    }

    @Override
    public void nothing(int column) throws IOException {
        name(column);
        json.writeNull();
    }

    @Override
    public void integer(int column, long value) throws IOException {
        name(column);
        if (form.integersAsText()) {
            json.writeString(Long.toString(value));
        } else {
            json.writeNumber(value);
        }
    }

    @Override
    public void integer(int column, BigInteger value) throws IOException {
        name(column);
        if (form.integersAsText()) {
            json.writeString(value.toString());
        } else {
            json.writeNumber(value);
        }
    }

    @Override
    public void real(int column, double value) throws IOException {
        name(column);
        json.writeNumber(value);
    }

    @Override
    public void real(int column, float value) throws IOException {
        name(column);
        json.writeNumber(value);
    }

    @Override
    public void text(int column, String value) throws IOException {
        name(column);
        json.writeString(value);
    }

    @Override
    public void bytes(int column, byte[] value) throws IOException {
        name(column);
        json.writeBinary(value);
    }

    @Override
    public void endRow() throws IOException {
        if (form.objects()) {
            json.writeEndObject();
        } else {
            json.writeEndArray();
        }
    }
}
