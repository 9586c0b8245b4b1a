package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.AnswerSink;
import io.flotilla.sql.RowSink;
import io.flotilla.sql.StatementResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/// Writes results in rqlite's form: `{"results":[...]}`, one for each statement. As with rqlite, what is zero or empty is
/// left out.
final class ResultsWriter implements AnswerSink {
    private final JsonGenerator json;
    private final AnswerForm form;
    private final long began = System.nanoTime();
    private long mark = began;
    private boolean open;

    ResultsWriter(OutputStream out, AnswerForm form) {
        this.json = Json.generator(out);
        this.form = form;
        if (form.pretty()) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
        }
    }

    /// The results alone, as they stand in an answer.
    static byte[] list(List<StatementResult> results, AnswerForm form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ResultsWriter writer = new ResultsWriter(bytes, form);
        try {
            writer.json.writeStartArray();
            for (StatementResult result : results) {
                writer.one(result);
            }
            writer.json.writeEndArray();
            writer.json.close();
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
        return bytes.toByteArray();
    }

    void results(List<StatementResult> results) throws IOException {
        for (StatementResult result : results) {
            beginResult();
            one(result);
        }
    }

    private void beginResult() throws IOException {
        if (!open) {
            open = true;
            json.writeStartObject();
            json.writeArrayFieldStart("results");
        }
    }

    private void one(StatementResult result) throws IOException {
        switch (result) {
            case StatementResult.Changed changed -> changed(changed);
            case StatementResult.Rows rows -> rows.rows().copyTo(new Rows(rows.took()));
            case StatementResult.Failed failed -> error(failed.failure(), failed.took());
        }
    }

    private void changed(StatementResult.Changed changed) throws IOException {
        json.writeStartObject();
        if (changed.lastInsertId().isPresent()) {
            json.writeFieldName("last_insert_id");
            if (form.integersAsText()) {
                json.writeString(changed.lastInsertId().get().toString());
            } else {
                json.writeNumber(changed.lastInsertId().get());
            }
        }
        if (changed.rows() != 0) {
            json.writeNumberField("rows_affected", changed.rows());
        }
        time(changed.took());
        json.writeEndObject();
    }

    private void error(FlotillaException failure, Duration took) throws IOException {
        json.writeStartObject();
        json.writeStringField("error", failure.message());
        time(took);
        json.writeEndObject();
    }

    private void time(Duration took) throws IOException {
        if (form.timings()) {
            json.writeNumberField("time", took.toNanos() / 1e9);
        }
    }

    @Override
    public RowSink rows() throws IOException {
        beginResult();
        return new Rows(Duration.ZERO);
    }

    @Override
    public void failed(FlotillaException failure) throws IOException {
        if (form.httpErrors()) {
            throw failure;
        }
        beginResult();
        error(failure, lap());
    }

    private Duration lap() {
        long now = System.nanoTime();
        Duration lap = Duration.ofNanos(now - mark);
        mark = now;
        return lap;
    }

    /// Ends the answer.
    ///
    /// @param seq of the position of what was written
    void end(long seq) throws IOException {
        json.writeEndArray();
        time(Duration.ofNanos(System.nanoTime() - began));
        if (form.position() && seq > 0) {
            json.writeNumberField("raft_index", seq);
        }
        json.writeEndObject();
        json.close();
    }

    /// One result with rows.
    private final class Rows extends CellJson {
        private final Duration known;
        private boolean any;

        /// @param known how long the statement took; zero if it is still being measured
        Rows(Duration known) {
            super(json, form.cells());
            this.known = known;
        }

        @Override
        void head(List<Column> columns) throws IOException {
            json.writeStartObject();
            if (form.associative()) {
                json.writeObjectFieldStart("types");
                for (Column column : columns) {
                    json.writeStringField(column.name(), column.type());
                }
                json.writeEndObject();
                return;
            }
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
        }

        @Override
        public void beginRow() throws IOException {
            if (!any) {
                any = true;
                json.writeArrayFieldStart(form.associative() ? "rows" : "values");
            }
            super.beginRow();
        }

        @Override
        public void end() throws IOException {
            if (any) {
                json.writeEndArray();
            } else if (form.associative()) {
                json.writeArrayFieldStart("rows");
                json.writeEndArray();
            }
            time(known.isZero() ? lap() : known);
            json.writeEndObject();
        }
    }
}
