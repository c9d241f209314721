package dev.idbridge.connector.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What identifies an account before it is linked; tried in this order. */
public record AccountKeys(@Nullable String externalId, String userName, List<String> emails) {
  public AccountKeys {
    emails = List.copyOf(emails);
  }
}
