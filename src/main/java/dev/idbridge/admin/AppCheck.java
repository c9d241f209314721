package dev.idbridge.admin;

import java.util.List;

/**
 * Whether an app answers and takes our credentials, and what can be done in it.
 *
 * @param health up, down or auth-failed
 * @param detail what was asked and what came back
 * @param can one sentence for each capability
 */
public record AppCheck(
    String app, String connector, String health, String detail, List<String> can) {
  public AppCheck {
    can = List.copyOf(can);
  }

  public boolean up() {
    return health.equals("up");
  }
}
