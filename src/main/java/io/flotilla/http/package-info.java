/// The HTTP door: the compatible endpoints, health, status and metrics, on every node.
///
/// [HttpDoor] puts it together. A request comes in through [JettyServer] (the only user of Jetty), passes [Front], which
/// does for every route what every route needs (headers, CORS, the guard against other sites, limits, failures as JSON,
/// metrics), and reaches a [Handler] by way of [Routes]. Those that run SQL ([CompatibleApi], [DbApi]) make a [Work] of the
/// request; [Carrier] runs it here or carries the request to the leader: [ForwardClient] sends it, [ForwardServer] at
/// the leader takes it in through the same [Front], and nobody forwards twice.
@NullMarked
package io.flotilla.http;

import org.jspecify.annotations.NullMarked;
