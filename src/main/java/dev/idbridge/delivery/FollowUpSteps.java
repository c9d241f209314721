package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.FollowUp;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs an app's follow-up route for each account that was disabled, one after the other and oldest
 * first, once everything we gave the account is taken away. Thread-safe.
 */
final class FollowUpSteps {
  private final Bookkeeper books;

  FollowUpSteps(Bookkeeper books) {
    this.books = books;
  }

  void plan(Delivery delivery) {
    Optional<FollowUp> next =
        books.ledger.followUp(delivery.lane().app(), delivery.lane().target());
    delivery.followUp = next.orElse(null);
    Booking booking = books.booking(delivery);
    if (next.isEmpty()) {
      books.end(delivery, booking, new LaneEnd.Done(delivery.lane().basis()));
      return;
    }
    FollowUp followUp = next.get();
    String route = delivery.app().config().accounts().followUp();
    Link link = delivery.account.link;
    if (route.isEmpty()) {
      settle(
          delivery,
          booking,
          followUp,
          SyncLine.Outcome.SKIPPED,
          "accounts.follow-up is not set any more");
    } else if ((link == null || !link.active()) && followUp.left() > 0 && strips(delivery)) {
      // Whoever is active again may well hold something: it is not waited for.
      books.end(
          delivery,
          booking,
          new LaneEnd.Waiting(
              delivery.lane().basis(),
              LaneKind.TEAM,
              0,
              "what the account holds is taken away first: " + followUp.left() + " left"));
    } else {
      delivery.call(new Call.RunFollowUp(route, followUp.id(), message(delivery, followUp)));
    }
  }

  private static boolean strips(Delivery delivery) {
    return delivery.app().capabilities().membersConfer();
  }

  void outcome(Delivery delivery, Call call, Object answer) {
    FollowUp followUp = delivery.followUp;
    Outcome.Failure failure = Call.failure(answer);
    Booking booking = books.booking(delivery);
    if (failure != null) {
      books.fail(
          delivery, booking, failure, Action.FOLLOW_UP, name(delivery), delivery.lane().basis());
    } else if (followUp != null) {
      settle(
          delivery,
          booking,
          followUp,
          SyncLine.Outcome.SUCCESS,
          again(delivery) ? "run again after an interruption, under the same key" : "");
    }
  }

  /** The next one, if any, is looked for. */
  private void settle(
      Delivery delivery,
      Booking booking,
      FollowUp followUp,
      SyncLine.Outcome outcome,
      String reason) {
    CrashPoints.beforeCompletion(delivery);
    booking.followed(followUp);
    booking.line(
        books.line(
            delivery, Action.FOLLOW_UP, name(delivery), followUp.remoteId(), outcome, reason));
    books.ledger.book(booking);
  }

  private static boolean again(Delivery delivery) {
    return delivery.lane().inDoubt() || delivery.lane().attempts() > 0;
  }

  private static String name(Delivery delivery) {
    Target user = delivery.account.user;
    return user == null ? "" : ((Resource.User) user.resource()).userName();
  }

  /** What {@code routes/examples} and the operating guide describe: snake_case, no secrets. */
  private static Map<String, Object> message(Delivery delivery, FollowUp followUp) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("follow_up", Long.toString(followUp.id()));
    message.put("app", delivery.app().name());
    message.put("at", Instant.ofEpochMilli(followUp.at()).toString());
    message.put("change", Long.toString(followUp.cause()));
    message.put("repeated", again(delivery));
    message.put("account", followUp.remoteId());
    message.put("user", user(delivery));
    List<Map<String, Object>> stripped = new ArrayList<>();
    for (FollowUp.Stripped one : followUp.stripped()) {
      Map<String, Object> item = new LinkedHashMap<>();
      if (one.role().isEmpty()) {
        item.put("team", one.team());
      } else {
        item.put("role", one.role());
        item.put("resource", one.resource());
        if (one.kept()) {
          item.put("kept", true);
        }
      }
      stripped.add(item);
    }
    message.put("stripped", stripped);
    message.put("stripped_total", followUp.total());
    return message;
  }

  private static Map<String, Object> user(Delivery delivery) {
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("id", Long.toString(delivery.lane().target()));
    Target target = delivery.account.user;
    if (target != null) {
      Account account = Desired.account((Resource.User) target.resource());
      user.put("user_name", account.userName());
      user.put("external_id", account.externalId() == null ? "" : account.externalId());
      user.put("display_name", account.displayName() == null ? "" : account.displayName());
      user.put("emails", account.emails());
      user.put("active", account.active() && !target.deleted());
    }
    return user;
  }
}
