/// The few ways in which a request can fail, and the time it may take.
///
/// One carrier exception, [FlotillaException], crosses the layers and is opened at the edges (HTTP, command line).
/// It says whether the work happened, whether to try again, and what the server said. Nothing else lives here.
@NullMarked
package io.flotilla.failure;

import org.jspecify.annotations.NullMarked;
