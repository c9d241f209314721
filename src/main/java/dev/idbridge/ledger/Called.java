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
 * @param remoteId the account or team that the call named; somebody else's by now, it may be. Null
 *     when it named none
 */
public record Called(
    @Nullable String created,
    List<Long> members,
    LaneKind subject,
    List<Role> roles,
    @Nullable String remoteId) {
  public Called {
    members = List.copyOf(members);
    roles = List.copyOf(roles);
  }

  /** Of a call that named nothing which is there. */
  public Called(@Nullable String created, List<Long> members, LaneKind subject, List<Role> roles) {
    this(created, members, subject, roles, null);
  }
}
