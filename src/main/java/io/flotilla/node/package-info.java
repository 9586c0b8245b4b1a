/// One node, put together: its configuration, and the list of its parts in the order in which they start.
///
/// [NodeConfigFile] reads a file of `key = value` lines into a [NodeConfig], a record of records, or says in one
/// sentence per mistake what is wrong with it. [Node] wires the parts and takes them down in the opposite order.
/// Nothing below imports this package; `cli` does.
@NullMarked
package io.flotilla.node;

import org.jspecify.annotations.NullMarked;
