package io.flotilla.engine;

/// What the replica threads say of themselves.
///
/// @param fetching whether the I/O thread runs and is connected
/// @param applying whether the SQL thread runs
/// @param fetchErrno why it fetches nothing; 1236: the feed does not know our position (rebuild)
/// @param applyErrno why it applies nothing
/// @param fetched up to where events have been fetched (`Gtid_IO_Pos`), as the server writes it
public record ReplicaStatus(
        boolean fetching,
        boolean applying,
        int fetchErrno,
        String fetchError,
        int applyErrno,
        String applyError,
        String fetched) {
    /// No CHANGE MASTER was done, or all was reset.
    static final ReplicaStatus NONE = new ReplicaStatus(false, false, 0, "", 0, "", "");
}
