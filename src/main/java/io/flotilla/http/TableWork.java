package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.replication.Reign;
import io.flotilla.sql.Attempt;
import io.flotilla.sql.LocalSql;
import io.flotilla.sql.Query;
import io.flotilla.sql.Write;
import io.flotilla.sql.WriteKey;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// What the compatible endpoints ask for: one statement of ours, answered in the words of the original.
final class TableWork {
    private TableWork() {}

    /// @param message what the client is told when it is done
    /// @param key under which it is done once, if any
    record Change(Write write, String message, Optional<WriteKey> key) implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            Attempt attempt =
                    key.isPresent()
                            ? sql.write(reign, write, key.get(), deadline)
                            : sql.write(reign, write, deadline);
            return switch (attempt) {
                case Attempt.NotHere nothing -> false;
                case Attempt.Done done -> {
                    response.header("Flotilla-Gtid", done.position().toString());
                    response.header("Flotilla-Rows-Affected", Long.toString(done.rows()));
                    response.header(
                            "Flotilla-Last-Insert-Id",
                            done.lastInsertId().orElse(BigInteger.ZERO).toString());
                    response.send(200, Response.JSON, Json.write(Map.of("message", message)));
                    yield true;
                }
            };
        }
    }

    record Read(Query query, ReadTerms terms) implements Work.Read {
        @Override
        public boolean readHere(
                LocalSql sql, DataSource server, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            return sql.read(server, query, deadline, new RowWriter(response));
        }
    }
}
