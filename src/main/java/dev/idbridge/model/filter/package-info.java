/**
 * What a filter means: the one evaluator that decides whether a resource or an element matches.
 *
 * <p>In: filters that were read against the schema, and values. Out: yes or no. Whatever answers
 * filters in another way, such as from an index, must agree with it. Knows the JDK and {@code
 * model} only.
 */
@NullMarked
package dev.idbridge.model.filter;

import org.jspecify.annotations.NullMarked;
