/// One MariaDB server of this node: its program, its data directory, its process, and what we may ask of it.
///
/// [Engine] owns a data directory: it unpacks the server's program ([ServerBinaries]) and a first data directory, finds
/// and kills a server that a former life of this node left behind, and starts a [Server], one process, always as a
/// replica that can commit nothing by itself (I4). A [Server] is asked through [ReplicaControl] while it follows and
/// through [LeaderControl] while it leads; [DiskControl] says and makes durable. [Recovery] does what may only be done
/// while no server runs. This package decides nothing about roles, positions or rebuilding: it is told.
@NullMarked
package io.flotilla.engine;

import org.jspecify.annotations.NullMarked;
