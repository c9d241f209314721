/**
 * {@code idbridge demo}: a day of two administrators, played against real processes.
 *
 * <p>In: a way to run verbs and a place to tell. Out: progress in plain words, and whether every
 * app holds what it should. May know {@code config} (scratch folders), {@code dialogue} (what an
 * administrator's clicks send), {@code connector.http} and {@code connector.spi} (the HTTP client);
 * the daemons are separate processes that it sees from outside only: as an identity provider, as an
 * operator, as an app.
 */
@NullMarked
package dev.idbridge.demo;

import org.jspecify.annotations.NullMarked;
