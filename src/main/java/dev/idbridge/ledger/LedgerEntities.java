package dev.idbridge.ledger;

import java.util.List;

/** The entity classes of the ledger tables. */
public final class LedgerEntities {
  /** For opening the store. */
  public static final List<Class<?>> ALL =
      List.of(
          AppRow.class,
          RuleSetRow.class,
          ScopeGroupRow.class,
          LaneRow.class,
          LinkRow.class,
          TeamSourceRow.class,
          FeedRow.class,
          NamedTeamRow.class,
          AppMemberRow.class,
          GrantLookRow.class,
          MemberLookRow.class,
          AppGrantRow.class,
          GrantSourceRow.class,
          AppStripRow.class,
          FollowUpRow.class,
          ImportDoubtRow.class,
          ImportRunRow.class,
          ImportSeenRow.class,
          SweepRow.class,
          SyncLogRow.class,
          DeadLetterRow.class);

  private LedgerEntities() {}
}
