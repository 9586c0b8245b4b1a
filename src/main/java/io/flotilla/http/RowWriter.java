package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.flotilla.sql.RowSink;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Writes rows as a JSON array of objects, as they come. A result that breaks off is never closed, so that what was
/// written cannot be taken for all.
final class RowWriter implements RowSink {
    private final Response response;
    private final List<SerializedString> names = new ArrayList<>();
    private JsonGenerator json;

    @SuppressWarnings("NullAway.Init")
    RowWriter(Response response) {
        this.response = response;
    }

    @Override
    public void begin(List<Column> columns) throws IOException {
        columns.forEach(column -> names.add(new SerializedString(column.name())));
        json = Json.factory().createGenerator(response.stream(200, Response.JSON));
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        json.writeStartArray();
    }

    @Override
    public void beginRow() throws IOException {
        json.writeStartObject();
    }

    @Override
    public void nothing(int column) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeNull();
    }

    @Override
    public void integer(int column, long value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeNumber(value);
    }

    @Override
    public void integer(int column, BigInteger value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeNumber(value);
    }

    @Override
    public void real(int column, double value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeNumber(value);
    }

    @Override
    public void real(int column, float value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeNumber(value);
    }

    @Override
    public void text(int column, String value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeString(value);
    }

    @Override
    public void bytes(int column, byte[] value) throws IOException {
        json.writeFieldName(names.get(column));
        json.writeBinary(value);
    }

    @Override
    public void endRow() throws IOException {
        json.writeEndObject();
    }

    @Override
    public void end() throws IOException {
        json.writeEndArray();
        json.close();
    }
}
