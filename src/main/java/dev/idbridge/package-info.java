/**
 * The composition root: the program's entry, the daemon's life and what is plugged together for it.
 * May know everything; nothing may know it.
 */
@NullMarked
package dev.idbridge;

import org.jspecify.annotations.NullMarked;
