/// The one link between nodes: one port per node, typed channels over it, and the addresses of the members.
@NullMarked
package io.flotilla.peer;

import org.jspecify.annotations.NullMarked;
