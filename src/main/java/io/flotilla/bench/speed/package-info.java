/// What `./flotilla bench speed` measures: this fleet and its peers, each started fresh, loaded in turns by the same
/// client code.
///
/// A [Contestant] is one system; a [Session] is one client's connection to it; a [Trial] loads one of them with one
/// [Workload] and counts what its processes cost ([Cost]).
@NullMarked
package io.flotilla.bench.speed;

import org.jspecify.annotations.NullMarked;
