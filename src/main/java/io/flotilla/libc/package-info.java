/// The Linux C library, where the JDK has no words for something.
@NullMarked
package io.flotilla.libc;

import org.jspecify.annotations.NullMarked;
