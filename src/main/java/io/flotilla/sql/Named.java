package io.flotilla.sql;

import java.util.regex.Pattern;

/// A client's statement as a log may name it: its words, not its values.
final class Named {
    private static final int MAX_LENGTH = 300;

    private static final Pattern TEXT =
            Pattern.compile(
                    "'(?:[^'\\\\]|\\\\.|'')*+'?|\"(?:[^\"\\\\]|\\\\.|\"\")*+\"?", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("(?<![\\w$`])\\d[\\w.]*");

    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?(?:\\*/|\\z)|(?:--\\s|#)[^\\n]*", Pattern.DOTALL);

    /// As much of it is looked at: more would only be cut.
    private static final int LOOKED_AT = 4096;

    private Named() {}

    /// Texts and numbers are `?`, comments are left out, white space is one blank; at most 300 characters.
    static String withoutValues(String sql) {
        String begin = sql.length() > LOOKED_AT ? sql.substring(0, LOOKED_AT) : sql;
        String words = TEXT.matcher(begin).replaceAll("?");
        words = COMMENT.matcher(words).replaceAll(" ");
        words = NUMBER.matcher(words).replaceAll("?");
        words = words.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return words.length() <= MAX_LENGTH ? words : words.substring(0, MAX_LENGTH) + "...";
    }
}
