package io.flotilla.ddl;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Computes the same as [SchemaDigest], and remembers each table's fingerprint for as long as the file that holds its
/// definition is the same one. For a follower that applies one DDL after the other; after a crash, [SchemaDigest] reads
/// everything.
///
/// Looks at the names, sizes and times of files in the server's data directory, never into them: the server replaces the
/// file of a table (`.frm`) with each change of its definition, and those of triggers (`.TRG`, `.TRN`) likewise.
///
/// Used by one thread.
public final class SchemaMemory {
    /// Other characters are encoded in the file's name; those few tables are read each time.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]+");

    private final Path dataDirectory;
    private Map<TableName, Known> tables = new HashMap<>();
    private @Nullable KnownTriggers triggers;

    /// What the last reading did not know before.
    private Set<TableName> read = Set.of();

    public SchemaMemory(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    private record Known(String file, String foreignKeys, Definition definition) {}

    private record KnownTriggers(Map<String, String> files, Map<String, String> triggers) {}

    /// As [SchemaDigest#read].
    ///
    /// @throws IOException if the data directory cannot be listed
    public Schema read(Connection connection) throws SQLException, IOException {
        Pass pass = new Pass(DefinitionFiles.list(dataDirectory));
        Schema schema = new SchemaReader(connection, pass).read();
        tables = pass.seen;
        read = pass.read;
        return schema;
    }

    /// The tables that are not InnoDB's among those that the last reading found new or changed: at first all, then those
    /// that DDL has touched since the reading before. As [ServerState#nonInnoDbTables(Connection)].
    public List<String> nonInnoDbAmongRead(Connection connection) throws SQLException {
        return ServerState.nonInnoDbTables(connection, read);
    }

    /// One reading. The files were listed before it: a definition that changes meanwhile is read again the next time.
    private final class Pass implements Recollection {
        private final DefinitionFiles files;
        private final Map<TableName, Known> seen = new HashMap<>();
        private final Set<TableName> read = new HashSet<>();

        Pass(DefinitionFiles files) {
            this.files = files;
        }

        @Override
        public Optional<Definition> table(TableName table, String foreignKeys) {
            Known known = tables.get(table);
            if (known == null
                    || !known.file().equals(files.table(table))
                    || !known.foreignKeys().equals(foreignKeys)) {
                return Optional.empty();
            }
            seen.put(table, known);
            return Optional.of(known.definition());
        }

        @Override
        public void keepTable(TableName table, String foreignKeys, Definition definition) {
            read.add(table);
            String file = files.table(table);
            boolean plain =
                    PLAIN.matcher(table.database()).matches()
                            && PLAIN.matcher(table.name()).matches();
            if (file != null && plain) {
                seen.put(table, new Known(file, foreignKeys, definition));
            }
        }

        @Override
        public Optional<Map<String, String>> triggers() {
            KnownTriggers known = triggers;
            return known != null && known.files().equals(files.triggers())
                    ? Optional.of(known.triggers())
                    : Optional.empty();
        }

        @Override
        public void keepTriggers(Map<String, String> read) {
            triggers = new KnownTriggers(files.triggers(), Map.copyOf(read));
        }
    }
}
