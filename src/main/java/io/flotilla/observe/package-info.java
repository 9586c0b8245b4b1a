/// What a node shows of itself: metrics in Prometheus' text form, and sections of `/status`.
///
/// The core packages only count; whoever puts a node together hands their counters in here as suppliers. Nothing in the
/// core knows of this package. The names are the contract and are listed in docs/metrics.md.
@NullMarked
package io.flotilla.observe;

import org.jspecify.annotations.NullMarked;
