package io.flotilla.http;

import io.flotilla.sql.RowSink;
import java.io.IOException;
import java.util.List;

/// Writes rows as a JSON array of objects, as they come. A result that breaks off is never closed, so that what was
/// written cannot be taken for all.
final class RowWriter extends CellJson {
    private static final Form OBJECTS = new Form(true, false);

    RowWriter(Response response) {
        super(Json.generator(response.stream(200, Response.JSON)), OBJECTS);
    }

    @Override
    void head(List<RowSink.Column> columns) throws IOException {
        json().writeStartArray();
    }

    @Override
    public void end() throws IOException {
        json().writeEndArray();
        json().close();
    }
}
