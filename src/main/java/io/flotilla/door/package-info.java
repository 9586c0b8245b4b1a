/// The MySQL doors: one port of a node for reading and writing, one for reading only.
///
/// A client's connection is accepted by [MySqlDoors] and logged in by a [Visit] on a virtual thread: it finds a
/// [ServerSide] (this node's server over its unix socket, or the leader's node over the [DoorLink]), passes the server's
/// greeting and the client's answer through [Login], and ends TLS in a [TlsEndpoint]. From then on it is a [Relay] on
/// one [Loop]: bytes in both directions, of which only the headers of the client's commands are read ([Commands], for
/// [KillText]). What ends a connection from our side is its [Binding]: the reign it belongs to, or the fitness of the
/// server it reads from.
///
/// The doors know no password and no SQL but KILL; they never answer in the server's place once a client is logged in.
@NullMarked
package io.flotilla.door;

import org.jspecify.annotations.NullMarked;
