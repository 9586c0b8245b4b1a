package io.flotilla.ddl;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files in a data directory that hold definitions, each with what tells it from one that replaced it.
///
/// @param tables of `app/users.frm`
/// @param triggers of `app/users.TRG` and `app/users_insert.TRN`
record DefinitionFiles(Map<String, String> tables, Map<String, String> triggers) {
    private static final Set<String> NOT_DATABASES = Set.of("mysql", "sys", "performance_schema");

    static DefinitionFiles list(Path dataDirectory) throws IOException {
        DefinitionFiles files = new DefinitionFiles(new HashMap<>(), new HashMap<>());
        try (DirectoryStream<Path> databases =
                Files.newDirectoryStream(dataDirectory, Files::isDirectory)) {
            for (Path database : databases) {
                if (!NOT_DATABASES.contains(String.valueOf(database.getFileName()))) {
                    files.add(database);
                }
            }
        }
        return files;
    }

    private void add(Path database) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(database)) {
            for (Path file : files) {
                String name = database.getFileName() + "/" + file.getFileName();
                if (name.endsWith(".frm")) {
                    put(tables, name, file);
                } else if (name.endsWith(".TRG") || name.endsWith(".TRN")) {
                    put(triggers, name, file);
                }
            }
        } catch (NoSuchFileException e) {
            // dropped meanwhile: a database without files
            return;
        }
    }

    private static void put(Map<String, String> identities, String name, Path file)
            throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            identities.put(
                    name,
                    attributes.fileKey()
                            + " "
                            + attributes.size()
                            + " "
                            + attributes.lastModifiedTime());
        } catch (NoSuchFileException e) {
            // replaced or dropped meanwhile: unknown, and read again the next time
            identities.remove(name);
        }
    }

    /// What tells this table's file from another; null when there is none under that name.
    @Nullable String table(TableName table) {
        return tables.get(table.database() + "/" + table.name() + ".frm");
    }
}
