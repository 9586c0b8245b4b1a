package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.AnswerSink;
import io.flotilla.sql.RowSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes one result as lines of JSON, as its rows come: `{"columns":[...],"types":[...]}`, a line for each row, and a
/// last line that says how it ended: `{"end":{"rows":2}}` or `{"error":{...}}`. An answer without one of these two is not
/// whole.
final class NdjsonWriter implements AnswerSink {
    static final String TYPE = "application/x-ndjson";

    private final JsonGenerator json;
    private final AnswerForm form;
    private boolean begun;
    private long count;

    NdjsonWriter(Response response, AnswerForm form) {
        this.json = Json.generator(response.stream(200, TYPE));
        this.json.setRootValueSeparator(null);
        this.form = form;
    }

    @Override
    public RowSink rows() {
        return new Lines();
    }

    /// Nothing was written yet: the request fails.
    @Override
    public void failed(FlotillaException failure) {
        throw failure;
    }

    /// Says that the rows end too early; to be called when [#begun].
    void broken(FlotillaException failure) throws IOException {
        json.writeStartObject();
        json.writeFieldName("error");
        json.writeRawValue(
                new String(Json.write(FailureBody.error(failure, 0)), StandardCharsets.UTF_8));
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }

    /// Whether it can no longer become another answer.
    boolean begun() {
        return begun;
    }

    /// The lines.
    private final class Lines extends CellJson {
        Lines() {
            super(json, form.cells());
        }

        @Override
        void head(List<Column> columns) throws IOException {
            begun = true;
            json.writeStartObject();
            json.writeArrayFieldStart("columns");
            for (Column column : columns) {
                json.writeString(column.name());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("types");
            for (Column column : columns) {
                json.writeString(column.type());
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }

        @Override
        public void endRow() throws IOException {
            super.endRow();
            json.writeRaw('\n');
            count++;
        }

        @Override
        public void end() throws IOException {
            json.writeStartObject();
            json.writeObjectFieldStart("end");
            json.writeNumberField("rows", count);
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
            json.close();
        }
    }
}
