package dev.idbridge.connector.scim;

import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Seen;
import java.util.List;
import java.util.Map;

/** How a SCIM app's roles are seen and changed: SCIM itself has no say in what they are for. */
public interface ScimRoles {
  /** Which grants the app takes; when there are none, the other methods are not called. */
  Capabilities.Roles can();

  /** See {@link dev.idbridge.connector.spi.Connector#seeGrants}. */
  Map<String, Seen> see(
      String subject, boolean onTeam, List<GrantPlan.Role> roles, Deadline deadline);

  /** See {@link dev.idbridge.connector.spi.Connector#listGrants}. */
  Lookup<GrantPlan.Role> list(String subject, boolean onTeam, int most, Deadline deadline);

  /** See {@link dev.idbridge.connector.spi.Connector#grants}. */
  BatchOutcome apply(GrantPlan plan, Deadline deadline);
}
