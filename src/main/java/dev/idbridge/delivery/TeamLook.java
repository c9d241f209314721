package dev.idbridge.delivery;

import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.MemberLook;
import dev.idbridge.ledger.MemberRow;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether what was written to a team is so: the team by its name, and those memberships that
 * were noted, each by itself. Nothing is read of the others, however many the team has.
 * Thread-safe.
 */
final class TeamLook {
  /** The most memberships of one team that are noted to be looked at. */
  static final int MOST = 100;

  private final Bookkeeper books;

  TeamLook(Bookkeeper books) {
    this.books = books;
  }

  /** Whether the delivery is a look; the next call, or the end, is planned then. */
  boolean plan(Delivery delivery) {
    TeamState state = delivery.team;
    Link link = state.link;
    if (delivery.lane().looks() == 0 || link == null) {
      return false;
    }
    if (!state.nameSeen) {
      // What was found may bear any name by now.
      delivery.call(
          link.origin() == Origin.FOUND
              ? new Call.SeeTeam(link.remoteId())
              : new Call.FindTeams(new TeamKeys(link.applied())));
      return true;
    }
    state.looks = books.ledger.looks(delivery.lane(), MOST);
    if (state.looks.isEmpty() || !delivery.app().capabilities().seesMembers()) {
      saw(delivery, link, state.looks, List.of());
    } else {
      delivery.call(
          new Call.SeeMembers(
              link.remoteId(), state.looks.stream().map(MemberLook::remoteId).toList()));
    }
    return true;
  }

  /** Whether the answer was one to a look. */
  boolean outcome(Delivery delivery, Object answer) {
    TeamState state = delivery.team;
    Link link = state.link;
    if (delivery.lane().looks() == 0 || link == null) {
      return false;
    }
    if (answer instanceof Lookup.Failed<?> failed
        && link.origin() == Origin.FOUND
        && (failed.why() instanceof Outcome.Unverified || failed.why() instanceof Outcome.Reject)
        && !state.nameSeen) {
      // It cannot be asked for.
      state.nameSeen = true;
      return true;
    }
    if (answer instanceof Map<?, ?> seen) {
      List<MemberLook> right = new ArrayList<>();
      List<MemberLook> wrong = new ArrayList<>();
      for (MemberLook look : state.looks) {
        Object now = seen.get(look.remoteId());
        boolean untrue = now == (look.present() ? Seen.ABSENT : Seen.PRESENT);
        (untrue ? wrong : right).add(look);
      }
      saw(delivery, link, right, wrong);
      return true;
    }
    if (answer instanceof Lookup.Complete<?> teams) {
      state.nameSeen = true;
      state.missing =
          teams.found().stream()
              .noneMatch(team -> ((FoundTeam) team).remoteId().equals(link.remoteId()));
      return true;
    }
    return false;
  }

  private void saw(Delivery delivery, Link link, List<MemberLook> right, List<MemberLook> wrong) {
    boolean missing = delivery.team.missing;
    int look = delivery.lane().looks();
    String basis = delivery.lane().basis();
    Booking booking = books.booking(delivery).looked(right);
    if (!missing && wrong.isEmpty()) {
      books.end(delivery, booking, new LaneEnd.Done(basis));
    } else if (look < Bookkeeper.LOOKS) {
      books.end(delivery, booking, books.look(basis, look + 1));
    } else {
      untrue(delivery, link, booking, wrong, missing ? "no look-up by its name finds it" : null);
    }
  }

  private void untrue(
      Delivery delivery, Link link, Booking booking, List<MemberLook> wrong, @Nullable String why) {
    for (MemberLook look : wrong) {
      booking.line(
          books.memberLine(
              delivery,
              look.present() ? Action.MEMBER_ADD : Action.MEMBER_REMOVE,
              link.applied(),
              row(look),
              SyncLine.Outcome.FAILED,
              "the app said yes, but shows the account "
                  + (look.present() ? "outside the team" : "in the team")
                  + "; asserted anew"));
    }
    books.fail(
        delivery,
        booking.untrue(wrong),
        new Outcome.Unverified(
            "the app said yes, but after "
                + delivery.lane().looks()
                + " looks "
                + (why == null ? wrong.size() + " memberships are not so" : why)
                + "; asserted anew"),
        Action.UPDATE,
        link.applied(),
        delivery.lane().basis());
  }

  private static MemberRow row(MemberLook look) {
    return new MemberRow(
        look.account(),
        MemberRow.State.APPLIED,
        look.present(),
        Origin.OURS,
        null,
        look.cause(),
        1,
        0,
        0,
        "");
  }

  /** How a delivery of a team ends that has nothing left to do: at once, or to be looked at. */
  LaneEnd end(Delivery delivery) {
    String basis = delivery.lane().basis();
    boolean look =
        delivery.team.link != null
            && (books.verifies(delivery)
                || (books.mayVerify(delivery)
                    && !books.ledger.looks(delivery.lane(), 1).isEmpty()));
    return look ? books.look(basis, 1) : new LaneEnd.Done(basis);
  }
}
