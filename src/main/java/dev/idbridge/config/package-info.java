/**
 * Typed settings. In: the files of {@code conf/}, the environment, secret references. Out: values
 * that are right or a list of every problem at once. The only package that reads files; knows
 * {@code model}, {@code expression} and the settings types of {@code connector.spi}.
 */
@NullMarked
package dev.idbridge.config;

import org.jspecify.annotations.NullMarked;
