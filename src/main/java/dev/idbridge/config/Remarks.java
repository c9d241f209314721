package dev.idbridge.config;

import dev.idbridge.model.RoleRules;
import java.util.ArrayList;
import java.util.List;

/** What a configuration that can be used does less than it seems to say. */
public final class Remarks {
  private Remarks() {}

  /** One sentence each, with the app that it is about. */
  public static List<String> of(List<AppConfig> apps, ConnectorKinds kinds) {
    List<String> remarks = new ArrayList<>();
    for (AppConfig app : apps) {
      RoleRules roles = app.roles();
      if (roles != null && roles.strip() == RoleRules.Strip.ALL && !lists(app, kinds)) {
        remarks.add(
            "app "
                + app.name()
                + ": roles.strip is all, but its connector ("
                + app.connector()
                + ") cannot list what an account holds: roles that neither a rule nor an"
                + " administrator ever named stay");
      }
    }
    return remarks;
  }

  private static boolean lists(AppConfig app, ConnectorKinds kinds) {
    return kinds
        .find(app.connector())
        .map(factory -> new DryRun(app.name()).of(factory, app.settings()).can())
        .map(can -> can.roles().listed())
        .orElse(true);
  }
}
