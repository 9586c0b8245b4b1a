package io.flotilla.consensus.journal;

/// One entry of the log. The payload is opaque and shared, not copied: nobody changes it after the record was made.
///
/// @param index its place in the log, from 1, without gaps
/// @param term the Raft term it was made in; never less than its predecessor's
/// @param type what the payload is: 0 to 127, given by the writer, not interpreted here
/// @param payload its bytes
// The array is shared on purpose: a record is made once per entry on the hot path.
@SuppressWarnings("ArrayRecordComponent")
public record JournalRecord(long index, long term, byte type, byte[] payload) {
    public JournalRecord {
        if (index < 1 || term < 1 || type < 0) {
            throw new IllegalArgumentException(
                    "record with index " + index + ", term " + term + ", type " + type);
        }
    }
}
