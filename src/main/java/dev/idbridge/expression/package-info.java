/**
 * Expressions that administrators write: conditions on users and groups, and values made of them.
 *
 * <p>In: text in the Common Expression Language (CEL), the attributes that the schemas define,
 * users and groups. Out: yes or no, a value, or why not, with line and column. Evaluation ends by
 * itself: the language has no loops but over what is there, reaches no Java class, no file, no
 * clock and no network, and is held to limits of size and steps. Knows {@code model} and the CEL
 * library; nothing else knows that library.
 */
@NullMarked
package dev.idbridge.expression;

import org.jspecify.annotations.NullMarked;
