/// Fault campaigns: fleets of real processes under a load of checked clients, hurt by a seeded schedule of faults, alone
/// and in pairs, and judged in the end.
@NullMarked
package io.flotilla.chaos;

import org.jspecify.annotations.NullMarked;
