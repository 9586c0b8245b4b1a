package io.flotilla.chaos;

import java.util.List;

/// How a node came back from what was left on its disk, as its log tells.
enum Comeback {
    PROVED("proved"),
    PEER("from a peer"),
    BASE("from its base"),
    LOG("from the log");

    private final String words;

    Comeback(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    static Comeback of(List<String> said) {
        if (said.stream().anyMatch(line -> line.contains("rebuilds its server from the log"))) {
            return LOG;
        }
        if (said.stream().anyMatch(line -> line.contains("its own base is taken"))) {
            return BASE;
        }
        return said.stream().anyMatch(line -> line.contains("goes on with another node's data"))
                ? PEER
                : PROVED;
    }

    /// Why it had to be rebuilt: the lines that tell; none when it was proved.
    static List<String> reasons(List<String> said) {
        return said.stream()
                .filter(line -> line.contains(", because ") || line.contains("cannot be proved"))
                .toList();
    }
}
