package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The results of several queries, read while they come: one row in memory.
final class ResultStream implements AutoCloseable {
    private final JsonParser parser;

    /// @param parser of an answer of `/db/query`, at its beginning
    ResultStream(JsonParser parser) throws IOException {
        this.parser = parser;
        while (parser.nextToken() != JsonToken.START_ARRAY) {
            if (parser.currentToken() == null) {
                throw new IOException("the answer has no results");
            }
            refuseError();
        }
    }

    @FunctionalInterface
    interface Rows {
        /// @param row its cells as text; NULL is empty
        void row(List<String> row) throws IOException;
    }

    /// Reads the next result.
    ///
    /// @throws FlotillaException if it is a failure
    void next(Rows rows) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("there is no further result");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            refuseError();
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("values")) {
                while (parser.nextToken() == JsonToken.START_ARRAY) {
                    rows.row(row());
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private List<String> row() throws IOException {
        List<String> row = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            row.add(parser.currentToken() == JsonToken.VALUE_NULL ? "" : parser.getText());
        }
        return row;
    }

    private void refuseError() throws IOException {
        if (parser.currentToken() == JsonToken.FIELD_NAME && parser.currentName().equals("error")) {
            parser.nextToken();
            String message =
                    parser.currentToken() == JsonToken.START_OBJECT
                            ? parser.readValueAsTree().toString()
                            : parser.getText();
            throw new FlotillaException(Failure.REJECTED, message);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
