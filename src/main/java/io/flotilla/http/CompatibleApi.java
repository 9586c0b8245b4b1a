package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Fragment;
import io.flotilla.sql.Name;
import io.flotilla.sql.Select;
import io.flotilla.sql.Statements;
import io.flotilla.sql.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The compatible endpoints that run SQL (docs/api.md, section 1): each makes one [Work] of its request.
final class CompatibleApi {
    private final Json json;
    private final Carrier carrier;

    CompatibleApi(Json json, Carrier carrier) {
        this.json = json;
        this.carrier = carrier;
    }

    /// @param getWrites whether the GET forms that write exist
    List<Route> routes(boolean getWrites) {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.keyed("POST", "/createdb", handler(CompatibleApi::createDatabase)));
        routes.add(Route.keyed("POST", "/dropdb", handler(CompatibleApi::dropDatabase)));
        if (getWrites) {
            routes.add(Route.keyed("GET", "/createdb", handler(CompatibleApi::createDatabase)));
            routes.add(Route.keyed("GET", "/dropdb", handler(CompatibleApi::dropDatabase)));
        }
        routes.add(Route.keyed("POST", "/createtable", handler(CompatibleApi::createTable)));
        routes.add(Route.keyed("POST", "/insert", handler(CompatibleApi::insert)));
        routes.add(Route.read("GET", "/select", handler(CompatibleApi::select)));
        routes.add(Route.keyed("POST", "/update", handler(CompatibleApi::update)));
        routes.add(Route.keyed("POST", "/delete", handler(CompatibleApi::delete)));
        return routes;
    }

    private Handler handler(Reading reading) {
        return (request, response) -> {
            Fields fields = Fields.of(request, json);
            Work work = reading.read(fields, request);
            fields.refuseOthers();
            carrier.carry(work, request, response);
        };
    }

    private static Work createDatabase(Fields fields, Request request) {
        Name name = Name.database("name", fields.required("name"));
        return change(
                Statements.createDatabase(name), "Database created successfully", name, request);
    }

    private static Work dropDatabase(Fields fields, Request request) {
        Name name = Name.database("name", fields.required("name"));
        return change(
                Statements.dropDatabase(name), "Database dropped successfully", name, request);
    }

    private static Work createTable(Fields fields, Request request) {
        Name database = database(fields);
        Name table = table(fields);
        Optional<String> schema = fields.optional("schema");
        Optional<JsonNode> columns = fields.node("columns");
        if (schema.isPresent() == columns.isPresent()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "give either schema or columns");
        }
        Write write =
                schema.isPresent()
                        ? Statements.createTable(
                                database,
                                table,
                                Fragment.of(Fragment.Kind.SCHEMA, "schema", schema.get()))
                        : Statements.createTable(
                                database, table, Records.columns(columns.orElseThrow()));
        return change(write, "Table created successfully", database, request);
    }

    private static Work insert(Fields fields, Request request) {
        Name database = database(fields);
        Name table = table(fields);
        Optional<String> values = fields.optional("values");
        Optional<JsonNode> records = fields.node("records");
        if (values.isPresent() == records.isPresent()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "give either values or records");
        }
        Write write =
                values.isPresent()
                        ? Statements.insert(
                                database,
                                table,
                                Fragment.of(Fragment.Kind.VALUES, "values", values.get()))
                        : Statements.insert(database, table, Records.rows(records.orElseThrow()));
        return change(write, "Record inserted successfully", database, request);
    }

    private static Work update(Fields fields, Request request) {
        Name database = database(fields);
        Name table = table(fields);
        Fragment set = Fragment.of(Fragment.Kind.SET, "set", fields.required("set"));
        Fragment where = Fragment.of(Fragment.Kind.WHERE, "where", fields.required("where"));
        return change(
                Statements.update(database, table, set, where),
                "Record updated successfully",
                database,
                request);
    }

    private static Work delete(Fields fields, Request request) {
        Name database = database(fields);
        Name table = table(fields);
        Fragment where = Fragment.of(Fragment.Kind.WHERE, "where", fields.required("where"));
        return change(
                Statements.delete(database, table, where),
                "Record deleted successfully",
                database,
                request);
    }

    private static Work change(Write write, String message, Name database, Request request) {
        return new TableWork.Change(write, message, request.key(database.text()));
    }

    private static Work select(Fields fields, Request request) {
        Select select =
                new Select(
                        database(fields),
                        table(fields),
                        columns(fields.optional("columns").orElse("*")),
                        fields.optional("where")
                                .map(text -> Fragment.of(Fragment.Kind.WHERE, "where", text)),
                        fields.optional("order")
                                .map(text -> Fragment.of(Fragment.Kind.ORDER, "order", text)),
                        fields.count("limit"),
                        fields.count("offset"));
        Level level = fields.optional("level").map(Level::of).orElse(Level.LINEARIZABLE);
        return new TableWork.Read(select.query(), ReadTerms.of(level));
    }

    private static List<Name> columns(String list) {
        List<Name> columns = new ArrayList<>();
        if (!list.strip().equals("*")) {
            for (String column : list.split(",", -1)) {
                columns.add(Name.of("a name in columns", column.strip()));
            }
        }
        return columns;
    }

    private static Name database(Fields fields) {
        return Name.database("dbname", fields.required("dbname"));
    }

    private static Name table(Fields fields) {
        return Name.of("table", fields.required("table"));
    }

    /// Makes the work of what a request says.
    @FunctionalInterface
    private interface Reading {
        Work read(Fields fields, Request request) throws IOException;
    }
}
