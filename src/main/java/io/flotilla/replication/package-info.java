/// The role of this node now: tap → log → acknowledge while it leads, log → feed while it follows, and the ways between
/// (promotion, demotion, proof, recovery).
///
/// The doors (`sql`, `http`) see a [Replica]: who leads, the [Reign] this node leads if it does, and the barriers that
/// make answers true (I8, I9).
@NullMarked
package io.flotilla.replication;

import org.jspecify.annotations.NullMarked;
