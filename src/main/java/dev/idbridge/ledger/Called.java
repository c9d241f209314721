package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a holder called before it lost its lane: it may reach the app after what the next holder
 * called, who therefore goes over it.
 *
 * @param created the name of the account or team that was to be created; null when none was
 * @param members accounts that were to be put into the lane's team or taken out of it
 * @param subject what the roles are of, an account or a team
 * @param roles that were to be granted or revoked
 */
public record Called(
    @Nullable String created, List<Long> members, LaneKind subject, List<Role> roles) {
  public Called {
    members = List.copyOf(members);
    roles = List.copyOf(roles);
  }
}
