package io.flotilla.ddl;

/// A part of a statement's text.
///
/// @param text of a [Kind#WORD], in capitals; of a [Kind#NAME], without its quotes; of a [Kind#SYMBOL], the one
///     character; of a [Kind#STRING], empty
record Word(Kind kind, String text) {
    enum Kind {
        /// A keyword or a name without quotes.
        WORD,
        /// A name in quotes.
        NAME,
        STRING,
        SYMBOL
    }

    static final Word STRING = new Word(Kind.STRING, "");
    static final Word END = new Word(Kind.SYMBOL, "");

    boolean is(String expected) {
        return kind != Kind.NAME && kind != Kind.STRING && text.equals(expected);
    }
}
