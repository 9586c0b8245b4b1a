/// Files that outlast a power loss. What the log writes has its own ways ([io.flotilla.consensus]): its disk can be hurt by tests.
@NullMarked
package io.flotilla.disk;

import org.jspecify.annotations.NullMarked;
