package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `/openapi.json`: the routes this node has, no more and no less, with what is written of them in the resource of that
/// name. A route that nothing is written of is listed by its name alone.
final class OpenApi {
    private static final String WRITTEN = "openapi.json";

    private final List<Route> routes;
    private final String version;
    private volatile byte @Nullable [] document;

    /// @param others all routes but its own
    OpenApi(List<Route> others, String version) {
        this.routes = new ArrayList<>(others);
        this.version = version;
        routes.add(route());
    }

    /// Made for who asks first: few nodes are asked, and all would start the later for it.
    private byte[] document() {
        byte[] made = document;
        if (made == null) {
            made = make();
            document = made;
        }
        return made;
    }

    private byte[] make() {
        ObjectNode written = written();
        ((ObjectNode) written.path("info")).put("version", version);
        JsonNode described = written.path("paths");
        ObjectNode paths = written.putObject("paths");
        for (Route route : routes) {
            String method = route.method().toLowerCase(Locale.ROOT);
            JsonNode operation = described.path(route.path()).path(method);
            paths.withObject("/" + escaped(route.path()))
                    .set(method, operation.isObject() ? operation : bare(written, route));
        }
        return Json.write(written);
    }

    /// What is written.
    static ObjectNode written() {
        try (InputStream in = OpenApi.class.getResourceAsStream(WRITTEN)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + WRITTEN);
            }
            return (ObjectNode) Json.parsed(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + WRITTEN, e);
        }
    }

    private static String escaped(String path) {
        return path.replace("~", "~0").replace("/", "~1");
    }

    private static ObjectNode bare(ObjectNode written, Route route) {
        ObjectNode operation = written.objectNode();
        operation.put("summary", route.method() + " " + route.path());
        operation.putObject("responses").putObject("default").put("description", "an answer");
        return operation;
    }

    Route route() {
        return Route.essential(
                "/openapi.json",
                (request, response) -> response.send(200, Response.JSON, document()));
    }
}
