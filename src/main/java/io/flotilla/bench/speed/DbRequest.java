package io.flotilla.bench.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/// Statements as a request of this product's HTTP: `/db/execute` for one that writes, `/db/query` for one that reads,
/// `/db/request` for a transaction.
///
/// @param level of reads
record DbRequest(String level, String database) implements HttpSession.Body {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String path(boolean transaction, List<String> statements) {
        if (transaction) {
            return "/db/request?transaction&errors=http&db=" + database;
        }
        return statements.getFirst().startsWith("SELECT")
                ? "/db/query?errors=http&level=" + level + "&db=" + database
                : "/db/execute?errors=http&db=" + database;
    }

    @Override
    public String json(List<String> statements) {
        try {
            return JSON.writeValueAsString(statements);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void check(String answer) throws IOException {
        // With errors=http an answer of 200 is a success.
        if (!answer.startsWith("{\"results\"")) {
            throw new IOException("no results: " + answer);
        }
    }
}
