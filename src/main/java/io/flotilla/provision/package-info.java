/// A server's data on their way from one node to another: the data files of a server that runs, copied while it goes on,
/// and made one consistent state by what is copied again while it rests for a moment.
///
/// [SnapshotDonor] answers a node that asks; [SnapshotFetch] asks, and puts the data together in a
/// [io.flotilla.engine.Replacement]. Between them go pieces of files with their sums ([SnapshotOutput],
/// [SnapshotInput]); both keep the [Inventory] of what the receiver has, and compare its digest at the end. When a
/// server may rest, and whether its data are worth copying, is not known here: [SnapshotSource].
@NullMarked
package io.flotilla.provision;

import org.jspecify.annotations.NullMarked;
