/// Tests of whole fleets on real processes: `mvn verify -Psystem`.
@NullMarked
package io.flotilla.system;

import org.jspecify.annotations.NullMarked;
