/// What is typed after `./flotilla`.
///
/// [Flotilla] is the table of the commands. `up` checks what could go wrong ([Preflight]), writes one configuration
/// file per node, starts each node as a process of its own ([NodeJvm]) and waits until one leads; `down` stops what `up`
/// has written down ([ProcessFile]), and never a process that merely has the same number; `status` asks every node over
/// HTTP; `node` runs one node in the foreground. Nothing here knows how a node works.
@NullMarked
package io.flotilla.cli;

import org.jspecify.annotations.NullMarked;
