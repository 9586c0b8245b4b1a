package io.flotilla.ddl;

/// A table, by its names as SQL has them.
public record TableName(String database, String name) {
    @Override
    public String toString() {
        return database + "." + name;
    }

    /// As SQL takes it.
    public String quoted() {
        return quote(database) + "." + quote(name);
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
