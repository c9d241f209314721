/**
 * Measures the whole daemon, as a process of its own on a real MariaDB, against one reference: a bare
 * loop of durable one-row inserts at the same number of clients. Only ratios mean something.
 *
 * <p>One command: {@code mvn -Pbench verify}; {@code -Dbench.smoke} only checks that everything runs
 * and that the cost of a membership does not depend on the size of its group. {@code
 * src/docs/performance.md} holds first figures.
 */
package dev.idbridge.bench;
