/**
 * The verbs of the command line.
 *
 * <p>In: arguments. Out: results on standard output, everything else on standard error, an exit
 * code. May know {@code config} and {@code admin}; the daemon and the store come in through {@link
 * dev.idbridge.cli.Composition}.
 */
@NullMarked
package dev.idbridge.cli;

import org.jspecify.annotations.NullMarked;
