/// The subcommands.
@NullMarked
package io.flotilla.cli;

import org.jspecify.annotations.NullMarked;
