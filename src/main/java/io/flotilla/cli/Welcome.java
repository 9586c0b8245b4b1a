package io.flotilla.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What `up` says at the end: where everything is, and what to try.
record Welcome(FleetPlan plan, DataOption data) {
    private static final int CONNECT_MILLIS = 500;

    void print(Map<Integer, NodeView> views, Progress progress) {
        progress.line("");
        for (int number : plan.numbers()) {
            Optional<NodeView> view = Optional.ofNullable(views.get(number));
            progress.line(
                    "  node %d   %-24s %s"
                            .formatted(
                                    number,
                                    plan.http(number),
                                    view.map(this::word).orElse("does not answer")));
        }
        int last = plan.nodes();
        progress.line("");
        progress.line(
                "HTTP is for this machine alone, and asks nobody who they are: whoever reaches it may do"
                        + " what an administrator may (http.auth = on changes that).");
        progress.line("Try, on any node:");
        String curl = "  curl" + (plan.tls() ? " --cacert " + authority() : "");
        progress.line(
                curl
                        + " -X POST '"
                        + plan.http(1)
                        + "/createdb?name=shop' && "
                        + curl.strip()
                        + " -X POST '"
                        + plan.http(1)
                        + "/createtable?dbname=shop&table=boats"
                        + "&schema=id%20INT%20AUTO_INCREMENT%20PRIMARY%20KEY,%20name%20VARCHAR(50)'");
        progress.line(
                curl
                        + " -X POST "
                        + plan.http(Math.min(2, last))
                        + "/insert -d '{\"dbname\":\"shop\",\"table\":\"boats\",\"records\":{\"name\":\"Argo\"}}'");
        progress.line(curl + " '" + plan.http(last) + "/select?dbname=shop&table=boats'");
        if (sqlPortIsOpen()) {
            progress.line("");
            progress.line(
                    "Or as the account %s, which has no password until './flotilla user passwd %s%s':"
                            .formatted(
                                    FleetPlan.ADMINISTRATOR,
                                    FleetPlan.ADMINISTRATOR,
                                    data.again()));
            progress.line(
                    "  mariadb %s -h %s -P %d -u %s"
                            .formatted(
                                    plan.tls()
                                            ? "--ssl-verify-server-cert --ssl-ca=" + authority()
                                            : "--skip-ssl",
                                    FleetPlan.BIND,
                                    plan.sqlPort(1),
                                    FleetPlan.ADMINISTRATOR));
        }
        progress.line("");
        progress.line("Data and logs are in " + data.directory().root());
    }

    private Path authority() {
        return data.directory().certificates().authority();
    }

    private boolean sqlPortIsOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(FleetPlan.BIND, plan.sqlPort(1)), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String word(NodeView view) {
        return view.role() + (view.trouble().isEmpty() ? "" : ": " + view.trouble());
    }
}
