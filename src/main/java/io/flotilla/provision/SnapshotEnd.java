package io.flotilla.provision;

import io.flotilla.binlog.Gtid;

/// What a whole copy is.
///
/// @param position the last transaction in it
/// @param highestBinlog no binlog that the data know of has a greater number
record SnapshotEnd(Gtid position, long highestBinlog) {}
