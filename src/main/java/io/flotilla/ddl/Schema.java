package io.flotilla.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Everything in a server that is not rows: each object by name, with a fingerprint of its definition.
///
/// The definitions themselves are not kept, since those of accounts are secrets.
///
/// @param objects for instance `table app.users` → SHA-256; equal on all servers at the same position
/// @param tables their ids in this server's InnoDB
public record Schema(SortedMap<String, String> objects, TableIds tables) {
    public Schema {
        // the order of UTF-16 units: no collation takes part
        objects = new TreeMap<>(objects);
    }

    public Digest digest() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(objects);
        String schema = fingerprint.hex();
        Fingerprint both = new Fingerprint();
        both.add(objects);
        both.add(tables.ids());
        return new Digest(schema, both.hex());
    }

    /// One line for each object, in order: its name, a tab, its fingerprint. What [#parse] reads.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        objects.forEach((name, fingerprint) -> lines.add(name + "\t" + fingerprint));
        return lines;
    }

    /// The objects of another server's [#lines()], without what is local to it.
    ///
    /// @throws IllegalArgumentException if a line is not one of those
    public static Schema parse(List<String> lines) {
        SortedMap<String, String> objects = new TreeMap<>();
        for (String line : lines) {
            int tab = line.lastIndexOf('\t');
            if (tab <= 0) {
                throw new IllegalArgumentException("not a line of a schema: '" + line + "'");
            }
            objects.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return new Schema(objects, TableIds.NONE);
    }

    /// Names what differs, for people: `table app.users differs`, `user 'joe'@'%' is only there`.
    public List<String> differencesTo(Schema there) {
        TreeSet<String> names = new TreeSet<>(objects.keySet());
        names.addAll(there.objects.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String mine = objects.get(name);
            String theirs = there.objects.get(name);
            if (mine == null) {
                differences.add(name + " is only there");
            } else if (theirs == null) {
                differences.add(name + " is only here");
            } else if (!Objects.equals(mine, theirs)) {
                differences.add(name + " differs");
            }
        }
        return differences;
    }

    private static final class Fingerprint {
        private final Sha256 sha = new Sha256();

        void add(Map<String, String> entries) {
            entries.forEach((name, value) -> {
                sha.add(name);
                sha.add(value);
            });
            sha.add("");
        }

        String hex() {
            return sha.hex();
        }
    }
}
