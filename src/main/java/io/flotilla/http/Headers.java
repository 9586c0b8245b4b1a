package io.flotilla.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The header fields of a request, in order; names match whatever their case.
record Headers(List<Field> fields) {
    static final Headers NONE = new Headers(List.of());

    Headers {
        fields = List.copyOf(fields);
    }

    Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    int count(String name) {
        return (int) fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).count();
    }

    /// Those of the given names, in lower case.
    Headers only(List<String> lowerCaseNames) {
        List<Field> some = new ArrayList<>();
        for (Field field : fields) {
            if (lowerCaseNames.contains(field.name().toLowerCase(Locale.ROOT))) {
                some.add(field);
            }
        }
        return new Headers(some);
    }

    record Field(String name, String value) {}
}
