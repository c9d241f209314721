package dev.idbridge.connector.openmetadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.model.Account;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Users. Their {@code name} is given once and never changed; an account that is renamed keeps it,
 * and is known by its id. Disabled means deleted softly.
 */
final class OpenMetadataUsers {
  private static final String ALL = "include=all";

  private final RestClient client;
  private final References references;
  private final boolean lists;
  private final int pageSize;

  /** Restored for a moment, and not deleted softly again yet. */
  private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

  OpenMetadataUsers(RestClient client, References references, boolean lists, int pageSize) {
    this.client = client;
    this.references = references;
    this.lists = lists;
    this.pageSize = pageSize;
  }

  // Look-ups

  Lookup<FoundAccount> find(AccountKeys keys, Deadline deadline) {
    Map<String, FoundAccount> found = new LinkedHashMap<>();
    String externalId = keys.externalId();
    Outcome.Failure why = null;
    if (lists && externalId != null) {
      why = list(user -> user.path("externalId").asText().equals(externalId), found, deadline);
    }
    if (why == null && found.isEmpty()) {
      String name = keys.userName();
      why = named(name, user -> user.path("name").asText().equalsIgnoreCase(name), found, deadline);
    }
    if (why == null && found.isEmpty()) {
      for (String email : keys.emails()) {
        // The names that users get when they sign up by themselves or are made with a password.
        for (String name : names(email)) {
          if (why == null) {
            Predicate<JsonNode> same = user -> user.path("email").asText().equalsIgnoreCase(email);
            why = named(name, same, found, deadline);
          }
        }
      }
    }
    return why != null ? Lookup.failed(why) : Lookup.of(List.copyOf(found.values()));
  }

  private static Set<String> names(String email) {
    Set<String> names = new LinkedHashSet<>();
    int at = email.indexOf('@');
    if (at > 0) {
      names.add(email.substring(0, at));
    }
    names.add(email);
    return names;
  }

  private Outcome.@Nullable Failure named(
      String name, Predicate<JsonNode> fits, Map<String, FoundAccount> found, Deadline deadline) {
    String path = "/users/name/" + RestClient.encode(name) + "?" + ALL;
    return switch (client.get(path, About.OBJECT, deadline)) {
      case RestAnswer.Gone gone -> null;
      case RestAnswer.No no -> no.why();
      case RestAnswer.Ok ok -> {
        String id = ok.body().path("id").asText("");
        if (id.isEmpty()) {
          yield new Outcome.Retry("GET /users/name: the answer is no user", false);
        }
        if (fits.test(ok.body())) {
          found.put(id, found(ok.body()));
        }
        yield null;
      }
    };
  }

  private Outcome.@Nullable Failure list(
      Predicate<JsonNode> fits, Map<String, FoundAccount> found, Deadline deadline) {
    String cursor = "";
    while (true) {
      String more = cursor.isEmpty() ? "" : "&after=" + RestClient.encode(cursor);
      RestAnswer answer =
          client.get("/users?" + ALL + "&limit=" + pageSize + more, About.APP, deadline);
      if (!(answer instanceof RestAnswer.Ok ok)) {
        return RestAnswer.failure(answer);
      }
      if (!ok.body().path("data").isArray() || !ok.body().path("paging").isObject()) {
        return new Outcome.Retry("GET /users: the answer is no list", false);
      }
      for (JsonNode user : ok.body().path("data")) {
        if (fits.test(user)) {
          found.put(user.path("id").asText(), found(user));
        }
      }
      String next = ok.body().path("paging").path("after").asText("");
      if (next.isEmpty()) {
        return null;
      }
      if (next.equals(cursor)) {
        return new Outcome.Retry("GET /users: gave the same page twice", false);
      }
      cursor = next;
    }
  }

  private static FoundAccount found(JsonNode user) {
    String id = user.path("id").asText();
    return new FoundAccount(id, user.path("name").asText(id), !deleted(user));
  }

  private static boolean deleted(JsonNode user) {
    return user.path("deleted").asBoolean(false);
  }

  // Plans

  Outcome apply(AccountPlan plan, Deadline deadline) {
    return switch (plan) {
      case AccountPlan.Create create -> create(create.account(), deadline);
      case AccountPlan.Update update -> update(update.remoteId(), update.account(), deadline);
      case AccountPlan.Enable enable -> enable(enable.remoteId(), enable.account(), deadline);
      case AccountPlan.Disable disable -> disable(disable.remoteId(), deadline);
      case AccountPlan.Delete delete ->
          write("DELETE", "/users/" + delete.remoteId() + "?hardDelete=true", null, deadline)
              .changed(delete.remoteId());
    };
  }

  private Outcome create(Account account, Deadline deadline) {
    String email = account.email();
    if (email == null) {
      return new Outcome.Reject("the user has no e-mail address, and OpenMetadata wants one");
    }
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", account.userName())
            .put("email", email)
            .put("displayName", account.displayName());
    if (account.externalId() != null) {
      body.put("externalId", account.externalId());
    }
    RestAnswer answer =
        client.call("POST", "/users", body, RateClass.USER_WRITE, About.APP, deadline);
    if (!(answer instanceof RestAnswer.Ok ok)) {
      return RestAnswer.failure(answer);
    }
    String id = ok.body().path("id").asText("");
    if (id.isEmpty()) {
      return new Outcome.Retry("OpenMetadata made the user but told no id", true);
    }
    if (!account.active()) {
      Outcome disabled = disable(id, deadline);
      if (disabled instanceof Outcome.Failure failure) {
        return failure instanceof Outcome.Retry r ? new Outcome.Retry(r.reason(), true) : failure;
      }
    }
    return new Outcome.Applied(id);
  }

  private Outcome update(String id, Account account, Deadline deadline) {
    return with(
        id,
        "",
        user ->
            // A user that is deleted softly takes no changes: it gets them when it is restored.
            deleted(user) ? new Outcome.Applied(id) : say(user, account, deadline),
        deadline);
  }

  /** The name stays as it is: OpenMetadata ignores changes of it in a patch. */
  private Outcome say(JsonNode user, Account account, Deadline deadline) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    put(patch, user, "displayName", account.displayName());
    put(patch, user, "email", account.email());
    put(patch, user, "externalId", account.externalId());
    String id = user.path("id").asText();
    return patch.isEmpty()
        ? new Outcome.Already(id)
        : references.send("/users/" + id, patch, RateClass.USER_WRITE, deadline).changed(id);
  }

  private static void put(ArrayNode patch, JsonNode user, String field, @Nullable String value) {
    if (value != null && !user.path(field).asText("").equals(value)) {
      patch.addObject().put("op", "add").put("path", "/" + field).put("value", value);
    }
  }

  private Outcome enable(String id, Account account, Deadline deadline) {
    unfinished.remove(id);
    return with(
        id,
        "",
        user -> {
          if (deleted(user)) {
            Outcome restored = restore(id, deadline);
            if (!(restored instanceof Outcome.Applied)) {
              return restored;
            }
          }
          Outcome said = say(user, account, deadline);
          return said instanceof Outcome.Failure ? said : new Outcome.Applied(id);
        },
        deadline);
  }

  private Outcome restore(String id, Deadline deadline) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", id);
    return write("PUT", "/users/restore", body, deadline).changed(id);
  }

  private Outcome disable(String id, Deadline deadline) {
    return with(
        id,
        "",
        user -> {
          Outcome outcome = deleted(user) ? new Outcome.Already(id) : softly(id, deadline);
          if (!(outcome instanceof Outcome.Failure)) {
            unfinished.remove(id);
          }
          return outcome;
        },
        deadline);
  }

  private Outcome softly(String id, Deadline deadline) {
    return write("DELETE", "/users/" + id + "?hardDelete=false", null, deadline).changed(id);
  }

  private RestAnswer write(
      String method, String path, @Nullable ObjectNode body, Deadline deadline) {
    return client.call(method, path, body, RateClass.USER_WRITE, About.OBJECT, deadline);
  }

  /** Reads a user, whether deleted softly or not, and goes on with it. */
  private Outcome with(
      String id, String fields, Function<JsonNode, Outcome> then, Deadline deadline) {
    RestAnswer answer = read(id, fields, deadline);
    return answer instanceof RestAnswer.Ok ok
        ? ok.body().path("id").asText().equals(id)
            ? then.apply(ok.body())
            : new Outcome.Retry("GET /users gave another user than was asked for", false)
        : answer.changed(id);
  }

  private RestAnswer read(String id, String fields, Deadline deadline) {
    String path = "/users/" + RestClient.encode(id) + "?" + ALL;
    return client.get(path + (fields.isEmpty() ? "" : "&fields=" + fields), About.OBJECT, deadline);
  }

  // References

  /**
   * Changes what a user refers to. A softly deleted one is restored for it and deleted softly
   * again; where that last step fails, the next call makes up for it.
   */
  Outcome refer(
      String id,
      String field,
      String type,
      List<String> added,
      List<String> removed,
      Deadline deadline) {
    return with(
        id,
        field,
        user -> {
          boolean asleep = deleted(user);
          List<String> held = References.ids(user, field);
          if (asleep && held.containsAll(added) && removed.stream().noneMatch(held::contains)) {
            return new Outcome.Already(id);
          }
          if (asleep) {
            unfinished.add(id);
            Outcome restored = restore(id, deadline);
            if (!(restored instanceof Outcome.Applied)) {
              return restored;
            }
          }
          RateClass rate = RateClass.USER_WRITE;
          Outcome changed =
              references.change("/users/" + id, user, field, type, added, removed, rate, deadline);
          if (unfinished.contains(id)) {
            Outcome again = softly(id, deadline);
            if (again instanceof Outcome.Failure failure) {
              return failure;
            }
            unfinished.remove(id);
          }
          return changed;
        },
        deadline);
  }

  Outcome join(String user, Lookup<String> team, String id, Deadline deadline) {
    return where(team, id, () -> refer(user, "teams", "team", List.of(id), List.of(), deadline));
  }

  Outcome leave(String user, Lookup<String> team, String id, Deadline deadline) {
    return where(team, id, () -> refer(user, "teams", "team", List.of(), List.of(id), deadline));
  }

  private static Outcome where(Lookup<String> team, String id, Supplier<Outcome> call) {
    return switch (team) {
      case Lookup.Failed<String> failed -> failed.why();
      case Lookup.Complete<String> here ->
          here.found().isEmpty() ? new Outcome.NotFound("there is no team " + id) : call.get();
    };
  }

  Map<String, Seen> see(String id, String team, Deadline deadline) {
    return read(id, "teams", deadline) instanceof RestAnswer.Ok ok
        ? Map.of(id, References.ids(ok.body(), "teams").contains(team) ? Seen.PRESENT : Seen.ABSENT)
        : Map.of();
  }
}
