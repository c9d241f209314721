package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Users of the realm. */
final class KeycloakAccounts {
  /** Refusal of a new user name by a realm with editUsernameAllowed=false. */
  private static final String READ_ONLY = "error-user-attribute-read-only";

  private final Realm realm;
  private final RestClient client;
  private final Pages pages;

  KeycloakAccounts(Realm realm, RestClient client, Pages pages) {
    this.realm = realm;
    this.client = client;
    this.pages = pages;
  }

  Lookup<FoundAccount> find(AccountKeys keys, Deadline deadline) {
    Map<String, FoundAccount> found = new LinkedHashMap<>();
    String externalId = keys.externalId();
    // The attribute query knows no escape for a backslash: such an id is not asked for, since a
    // query
    // that Keycloak cannot read finds everybody.
    if (realm.externalId() != null && externalId != null && externalId.indexOf('\\') < 0) {
      String attribute = realm.externalId();
      String query = quoted(attribute) + ":" + quoted(externalId);
      Outcome.Failure why =
          search(
              "/users?q=" + RestClient.encode(query),
              user -> has(user.path("attributes").path(attribute), externalId),
              found,
              deadline);
      if (why != null || !found.isEmpty()) {
        return answer(why, found);
      }
    }
    String userName = keys.userName();
    Outcome.Failure why = search("username", userName, found, deadline);
    if (why != null || !found.isEmpty()) {
      return answer(why, found);
    }
    for (String email : keys.emails()) {
      why = search("email", email, found, deadline);
      if (why != null) {
        return Lookup.failed(why);
      }
    }
    return answer(null, found);
  }

  private static Lookup<FoundAccount> answer(
      Outcome.@Nullable Failure why, Map<String, FoundAccount> found) {
    return why != null ? Lookup.failed(why) : Lookup.of(List.copyOf(found.values()));
  }

  /** Keycloak keeps user names and addresses in lower case. */
  private Outcome.@Nullable Failure search(
      String field, String value, Map<String, FoundAccount> found, Deadline deadline) {
    return search(
        "/users?exact=true&" + field + "=" + RestClient.encode(value),
        user -> user.path(field).asText().equalsIgnoreCase(value),
        found,
        deadline);
  }

  private Outcome.@Nullable Failure search(
      String path, Predicate<JsonNode> fits, Map<String, FoundAccount> found, Deadline deadline) {
    switch (pages.matching(path, fits, deadline)) {
      case Lookup.Failed<JsonNode> failed -> {
        return failed.why();
      }
      case Lookup.Complete<JsonNode> users -> {
        for (JsonNode user : users.found()) {
          String id = user.path("id").asText();
          found.put(
              id,
              new FoundAccount(
                  id, user.path("username").asText(id), user.path("enabled").asBoolean(true)));
        }
        return null;
      }
    }
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\\\"") + "\"";
  }

  private static boolean has(JsonNode values, String value) {
    for (JsonNode one : values) {
      if (one.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  Outcome apply(AccountPlan plan, Deadline deadline) {
    return switch (plan) {
      case AccountPlan.Create create -> create(create, deadline);
      case AccountPlan.Update update -> update(update, deadline);
      case AccountPlan.Enable enable ->
          put(enable.remoteId(), enabled(true), deadline).changed(enable.remoteId());
      case AccountPlan.Disable disable -> disable(disable.remoteId(), deadline);
      case AccountPlan.Delete delete ->
          write("DELETE", path(delete.remoteId()), null, About.OBJECT, deadline)
              .changed(delete.remoteId());
    };
  }

  private Outcome create(AccountPlan.Create create, Deadline deadline) {
    ObjectNode body = KeycloakUser.created(create.account(), realm);
    RestAnswer answer = write("POST", "/users", body, About.APP, deadline);
    if (answer instanceof RestAnswer.Ok ok) {
      String id = ok.locationId();
      return id.isEmpty()
          ? new Outcome.Retry("Keycloak made the user but told no id", true)
          : new Outcome.Applied(id);
    }
    return RestAnswer.failure(answer);
  }

  /** The user is read first: a PUT forgets every attribute that it does not say. */
  private Outcome update(AccountPlan.Update update, Deadline deadline) {
    String id = update.remoteId();
    RestAnswer read = client.get(path(id), About.OBJECT, deadline);
    if (!(read instanceof RestAnswer.Ok ok)) {
      return read.changed(id);
    }
    if (!ok.body().path("id").asText().equals(id)) {
      return new Outcome.Retry("GET /users gave another user than was asked for", false);
    }
    ObjectNode body =
        KeycloakUser.updated(update.account(), update.before(), (ObjectNode) ok.body(), realm);
    if (body == null) {
      return new Outcome.Already(id);
    }
    RestAnswer answer = put(id, body, deadline);
    String name = ok.body().path("username").asText();
    if (answer instanceof RestAnswer.No no
        && no.text().contains("username")
        && no.text().contains(READ_ONLY)) {
      Outcome rest = put(id, body.put("username", name), deadline).changed(id);
      return rest instanceof Outcome.Applied
          ? new Outcome.Reject(
              "the realm refuses new user names: this one stays '"
                  + name
                  + "', everything else is written; switch on 'Edit username' in the realm's login"
                  + " settings and retry")
          : rest;
    }
    return answer.changed(id);
  }

  private Outcome disable(String id, Deadline deadline) {
    RestAnswer answer = put(id, enabled(false), deadline);
    if (answer instanceof RestAnswer.Ok && realm.endSessions()) {
      answer = write("POST", path(id) + "/logout", null, About.OBJECT, deadline);
    }
    return answer.changed(id);
  }

  private static ObjectNode enabled(boolean enabled) {
    return JsonNodeFactory.instance.objectNode().put("enabled", enabled);
  }

  private RestAnswer put(String id, ObjectNode body, Deadline deadline) {
    return write("PUT", path(id), body, About.OBJECT, deadline);
  }

  private RestAnswer write(
      String method, String path, @Nullable ObjectNode body, About about, Deadline deadline) {
    return client.call(method, path, body, RateClass.USER_WRITE, about, deadline);
  }

  private static String path(String id) {
    return "/users/" + RestClient.encode(id);
  }
}
