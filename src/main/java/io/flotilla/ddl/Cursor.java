package io.flotilla.ddl;

import java.util.List;

/// A place in a statement, moved forward by what is recognised.
final class Cursor {
    private final List<Word> words;
    private int at;

    Cursor(List<Word> words, int at) {
        this.words = words;
        this.at = at;
    }

    Word word() {
        return ahead(0);
    }

    private Word ahead(int distance) {
        return at + distance < words.size() ? words.get(at + distance) : Word.END;
    }

    /// Whether exactly these words come next.
    boolean at(String... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (!ahead(i).is(expected[i])) {
                return false;
            }
        }
        return true;
    }

    /// Goes past these words if they come next.
    boolean takes(String... expected) {
        boolean there = at(expected);
        if (there) {
            at += expected.length;
        }
        return there;
    }

    boolean takesAnyOf(String... choices) {
        for (String choice : choices) {
            if (takes(choice)) {
                return true;
            }
        }
        return false;
    }

    /// Goes to the next such word that stands outside parentheses; to the end if there is none.
    void skipTo(String word) {
        int depth = 0;
        while (at < words.size() && !(depth == 0 && word().is(word))) {
            depth += depthOf(word());
            at++;
        }
    }

    void skip() {
        at = Math.min(at + 1, words.size());
    }

    /// What is left, from here to the end.
    List<Word> rest() {
        return words.subList(Math.min(at, words.size()), words.size());
    }

    boolean contains(String... choices) {
        for (Word word : rest()) {
            for (String choice : choices) {
                if (word.is(choice)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether what is left names several objects: a comma outside parentheses.
    boolean several() {
        int depth = 0;
        for (Word word : rest()) {
            depth += depthOf(word);
            if (depth == 0 && word.is(",")) {
                return true;
            }
        }
        return false;
    }

    private static int depthOf(Word word) {
        return word.is("(") ? 1 : word.is(")") ? -1 : 0;
    }

    /// Goes past what may stand between CREATE or ALTER and the kind of object: `ALGORITHM = x`, `DEFINER = a@b`,
    /// `SQL SECURITY x`, `AGGREGATE` and the like.
    void skipAttributes() {
        while (true) {
            if (takes("ALGORITHM", "=") || takes("SQL", "SECURITY")) {
                skip();
            } else if (takes("DEFINER", "=")) {
                skipAccount();
            } else if (!takesAnyOf(
                    "AGGREGATE",
                    "TEMPORARY",
                    "ONLINE",
                    "OFFLINE",
                    "UNIQUE",
                    "FULLTEXT",
                    "SPATIAL")) {
                return;
            }
        }
    }

    private void skipAccount() {
        skip();
        if (takes("(", ")")) {
            return;
        }
        if (takes("@")) {
            skip();
        }
    }
}
