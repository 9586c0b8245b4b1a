package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.sql.Batch;
import io.flotilla.sql.BatchAttempt;
import io.flotilla.sql.LocalSql;
import io.flotilla.sql.StatementResult;
import io.flotilla.sql.WriteKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// What the data API asks for: a batch of the client's own statements.
final class DbWork {
    private DbWork() {}

    /// A batch of which a part at least writes.
    ///
    /// @param linearizable whether its reads are to see everything that was acknowledged anywhere before
    /// @param key under which it is done once, if any
    record Change(
            Batch batch,
            AnswerForm form,
            boolean linearizable,
            Optional<WriteKey> key,
            Replica replica)
            implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            if (linearizable) {
                replica.awaitLinearizable(deadline);
            }
            return switch (sql.write(reign, batch, key, form.httpErrors(), deadline)) {
                case BatchAttempt.NotHere nothing -> false;
                case BatchAttempt.Done done -> {
                    response.header("Flotilla-Gtid", done.position().toString());
                    answer(done, response);
                    yield true;
                }
                case BatchAttempt.Broken broken -> {
                    FailureBody.send(
                            broken.failure(), broken.statement(), broken.before(), form, response);
                    yield true;
                }
            };
        }

        private void answer(BatchAttempt.Done done, Response response) throws IOException {
            List<StatementResult> results = done.results();
            if (form.httpErrors()
                    && results.getLast() instanceof StatementResult.Failed(var failure, var took)) {
                FailureBody.send(
                        done.wrote() ? failure.partial() : failure,
                        results.size() - 1,
                        results.subList(0, results.size() - 1),
                        form,
                        response);
                return;
            }
            ResultsWriter writer = new ResultsWriter(response.stream(200, Response.JSON), form);
            writer.results(results);
            writer.end(done.position().seq());
        }
    }

    /// A batch in an interactive transaction, which only the leader that holds it can do.
    record InTransaction(String tx, Batch batch, AnswerForm form) implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            List<StatementResult> results = sql.run(tx, batch, form.httpErrors(), deadline);
            if (form.httpErrors()
                    && results.getLast() instanceof StatementResult.Failed(var failure, var took)) {
                FailureBody.send(failure, results.size() - 1, results, form, response);
                return true;
            }
            ResultsWriter writer = new ResultsWriter(response.stream(200, Response.JSON), form);
            writer.results(results);
            writer.end(0);
            return true;
        }
    }

    /// A query that is answered line by line.
    record Stream(Batch batch, AnswerForm form, ReadTerms terms) implements Work.Read {
        @Override
        public boolean readHere(
                LocalSql sql, DataSource server, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            NdjsonWriter writer = new NdjsonWriter(response, form);
            try {
                return sql.read(server, batch, deadline, writer);
            } catch (FlotillaException e) {
                if (!writer.begun()) {
                    throw e;
                }
                writer.broken(e);
                return true;
            }
        }
    }

    /// A batch that only reads.
    record Read(Batch batch, AnswerForm form, ReadTerms terms) implements Work.Read {
        @Override
        public boolean readHere(
                LocalSql sql, DataSource server, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            ResultsWriter writer = new ResultsWriter(response.stream(200, Response.JSON), form);
            if (!sql.read(server, batch, deadline, writer)) {
                return false;
            }
            writer.end(0);
            return true;
        }
    }
}
