package dev.idbridge.connector.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account as an {@link Inventory} shows it.
 *
 * @param remoteId the id that plans use
 * @param label how an operator recognises it in the app
 * @param userName as the app has it; may be empty where the app allows that
 */
public record ListedAccount(
    String remoteId,
    String label,
    String userName,
    @Nullable String displayName,
    @Nullable String givenName,
    @Nullable String familyName,
    List<String> emails,
    boolean active) {
  public ListedAccount {
    emails = List.copyOf(emails);
  }
}
