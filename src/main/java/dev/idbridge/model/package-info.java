/**
 * The words of the product as plain values: users, groups, members, changes, accounts, teams.
 *
 * <p>In: nothing. Out: immutable values that every other package speaks. Knows the JDK only (and
 * JSpecify's annotations); everything else may know it.
 */
@NullMarked
package dev.idbridge.model;

import org.jspecify.annotations.NullMarked;
