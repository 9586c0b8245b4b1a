package io.flotilla.http;

/// How an answer of `/db/*` is written.
///
/// @param associative rows as objects; else as arrays
/// @param integersAsText for clients whose numbers are doubles
/// @param timings with the time of each statement and of all
/// @param pretty over several lines
/// @param position with the position of the write, under rqlite's name `raft_index`
/// @param httpErrors a statement's failure is the request's, with its HTTP status; else it is a result like others
record AnswerForm(
        boolean associative,
        boolean integersAsText,
        boolean timings,
        boolean pretty,
        boolean position,
        boolean httpErrors) {
    CellJson.Form cells() {
        return new CellJson.Form(associative, integersAsText);
    }
}
