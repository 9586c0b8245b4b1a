package io.flotilla.workload;

import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// A transaction of `/tx`.
final class HttpTransaction implements Transaction {
    private final FleetClient client;
    private final URI node;
    private final String token;

    private HttpTransaction(FleetClient client, URI node, String token) {
        this.client = client;
        this.node = node;
        this.token = token;
    }

    static HttpTransaction begin(Doors doors, int node) throws AbortedException {
        URI http = doors.http(node);
        try {
            Answer answer = doors.client().post(http, "/tx?db=" + Doors.DATABASE);
            if (answer.status() != 200) {
                throw new AbortedException(answer.status() + " " + answer.body());
            }
            return new HttpTransaction(doors.client(), http, answer.json().path("tx").asText());
        } catch (IOException e) {
            throw new AbortedException(e);
        }
    }

    @Override
    public List<List<String>> query(String sql) throws AbortedException {
        return Doors.rows(send("/db/query", sql).json());
    }

    @Override
    public void execute(String sql) throws AbortedException {
        send("/db/execute", sql);
    }

    private Answer send(String route, String sql) throws AbortedException {
        try {
            Answer answer = client.post(node, Doors.path(route, Map.of("tx", token)), List.of(sql));
            if (answer.status() != 200) {
                throw new AbortedException(answer.status() + " " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new AbortedException(e);
        }
    }

    @Override
    public Outcome commit() {
        return client.write(node, "/tx/" + token + "/commit");
    }

    @Override
    public void rollBack() {
        client.write(node, "/tx/" + token + "/rollback");
    }
}
