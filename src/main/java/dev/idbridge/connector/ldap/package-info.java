/**
 * The LDAP connector (RFC 4511): {@code inetOrgPerson} accounts, {@code groupOfNames} teams.
 *
 * <p>In: plans. Out: LDAP operations over a pool, outcomes back. Knows {@code connector.spi} and
 * {@code model}.
 *
 * <p>A remote id is the entry's {@code entryUUID} (RFC 4530) where the server keeps one, because it
 * survives every rename and move; on servers without it, the DN. The two cannot be confused: a DN
 * holds an equals sign.
 */
@NullMarked
package dev.idbridge.connector.ldap;

import org.jspecify.annotations.NullMarked;
