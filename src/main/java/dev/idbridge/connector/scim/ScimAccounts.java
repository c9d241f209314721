package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.scim.ScimDialect.Deactivate;
import dev.idbridge.connector.scim.ScimDialect.UserKey;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.model.Account;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Users of the app. */
final class ScimAccounts {
  private final ScimDialect dialect;
  private final ScimClient client;
  private final ScimSearch search;

  ScimAccounts(ScimDialect dialect, ScimClient client, ScimSearch search) {
    this.dialect = dialect;
    this.client = client;
    this.search = search;
  }

  Lookup<FoundAccount> find(AccountKeys keys, Deadline deadline) {
    for (UserKey key : dialect.userLookup()) {
      Map<String, FoundAccount> found = new LinkedHashMap<>();
      for (String value : values(key, keys)) {
        switch (search.all(dialect.usersPath(), filter(key, value), "", deadline)) {
          case Lookup.Failed<JsonNode> failed -> {
            return Lookup.failed(failed.why());
          }
          case Lookup.Complete<JsonNode> page -> {
            for (JsonNode user : page.found()) {
              List<String> shown = shown(key, user);
              if (shown.isEmpty()) {
                return Lookup.failed(
                    new Outcome.Reject(
                        "the app finds users by "
                            + key.word
                            + " but does not show it, so it cannot be compared; leave it out of"
                            + " user-lookup"));
              }
              if (matches(key, shown, value)) {
                String id = user.path("id").asText();
                found.put(id, found(id, user));
              }
            }
          }
        }
      }
      if (!found.isEmpty()) {
        return Lookup.of(List.copyOf(found.values()));
      }
    }
    return Lookup.of(List.of());
  }

  private static List<String> values(UserKey key, AccountKeys keys) {
    return switch (key) {
      case EXTERNAL_ID -> keys.externalId() == null ? List.of() : List.of(keys.externalId());
      case USER_NAME -> List.of(keys.userName());
      case EMAIL, WORK_EMAIL -> keys.emails();
    };
  }

  private static String filter(UserKey key, String value) {
    String path =
        switch (key) {
          case EXTERNAL_ID -> "externalId";
          case USER_NAME -> "userName";
          case EMAIL -> "emails.value";
          case WORK_EMAIL -> "emails[type eq \"work\"].value";
        };
    return path + " eq " + ScimClient.quote(value);
  }

  private static List<String> shown(UserKey key, JsonNode user) {
    List<String> shown = new ArrayList<>();
    switch (key) {
      case EXTERNAL_ID -> add(shown, user.path("externalId"));
      case USER_NAME -> add(shown, user.path("userName"));
      case EMAIL, WORK_EMAIL ->
          user.path("emails").forEach(email -> add(shown, email.path("value")));
    }
    return shown;
  }

  private static void add(List<String> shown, JsonNode value) {
    if (value.isTextual()) {
      shown.add(value.textValue());
    }
  }

  /** externalId compares exactly, names and addresses without case (RFC 7643 section 4.1). */
  private static boolean matches(UserKey key, List<String> shown, String value) {
    return key == UserKey.EXTERNAL_ID
        ? shown.contains(value)
        : shown.stream().anyMatch(value::equalsIgnoreCase);
  }

  private static FoundAccount found(String id, JsonNode user) {
    JsonNode active = user.path("active");
    // Apps that know no inactive users leave the attribute out; some send it as text.
    boolean usable = !active.asText("true").equalsIgnoreCase("false");
    return new FoundAccount(id, user.path("userName").asText(id), usable);
  }

  Lookup<String> see(String id, Account written, Deadline deadline) {
    return switch (client.call("GET", path(id), null, RateClass.READ, About.OBJECT, deadline)) {
      case ScimAnswer.Gone gone -> Lookup.of(List.of("id"));
      case ScimAnswer.No no -> Lookup.failed(no.why());
      case ScimAnswer.Ok ok ->
          ok.body() == null
              ? Lookup.of(List.of())
              : Lookup.of(ScimUser.differing(written, ok.body(), dialect.sendExternalId()));
    };
  }

  Outcome apply(AccountPlan plan, Deadline deadline) {
    return switch (plan) {
      case AccountPlan.Create create ->
          ScimConnector.created(
              client.call(
                  "POST",
                  dialect.usersPath(),
                  ScimUser.body(create.account(), dialect.sendExternalId()),
                  RateClass.USER_WRITE,
                  About.APP,
                  deadline),
              "user");
      case AccountPlan.Update update -> update(update, deadline);
      case AccountPlan.Enable enable ->
          active(enable.remoteId(), enable.account().withActive(true), deadline);
      case AccountPlan.Disable disable ->
          dialect.deactivate() == Deactivate.DELETE
              ? one("DELETE", disable.remoteId(), null, deadline)
              : active(disable.remoteId(), disable.account().withActive(false), deadline);
      case AccountPlan.Delete delete -> one("DELETE", delete.remoteId(), null, deadline);
    };
  }

  private Outcome update(AccountPlan.Update update, Deadline deadline) {
    Account account = update.account();
    if (dialect.putUsers()) {
      return put(update.remoteId(), account, deadline);
    }
    ArrayNode operations = ScimUser.operations(account, update.before(), dialect.sendExternalId());
    if (operations.isEmpty()) {
      return new Outcome.Already(update.remoteId());
    }
    String path = path(update.remoteId());
    ScimAnswer answer = write("PATCH", path, ScimUser.patch(operations), deadline);
    if (answer instanceof ScimAnswer.No no && no.scimType().equalsIgnoreCase("noTarget")) {
      answer = withoutDoneRemovals(path, operations, no, deadline);
    }
    return ScimConnector.changed(answer, update.remoteId());
  }

  /**
   * Some apps refuse to remove what is not there, which is how a repeated update looks. The user is
   * read, and the removals that it shows to be done are left out.
   */
  private ScimAnswer withoutDoneRemovals(
      String path, ArrayNode operations, ScimAnswer.No refused, Deadline deadline) {
    ScimAnswer read = client.call("GET", path, null, RateClass.READ, About.OBJECT, deadline);
    if (!(read instanceof ScimAnswer.Ok ok) || ok.body() == null) {
      return read instanceof ScimAnswer.Ok ? refused : read;
    }
    ArrayNode open = JsonNodeFactory.instance.arrayNode();
    for (JsonNode operation : operations) {
      boolean removal = operation.path("op").asText().equals("remove");
      if (!removal || ScimUser.has(ok.body(), operation.path("path").asText())) {
        open.add(operation);
      }
    }
    if (open.isEmpty()) {
      return read;
    }
    return open.size() == operations.size()
        ? refused
        : write("PATCH", path, ScimUser.patch(open), deadline);
  }

  private Outcome active(String id, Account account, Deadline deadline) {
    return dialect.deactivate() == Deactivate.PUT
        ? put(id, account, deadline)
        : one("PATCH", id, ScimUser.patch(ScimUser.activeOperation(account.active())), deadline);
  }

  private Outcome put(String id, Account account, Deadline deadline) {
    ObjectNode body = ScimUser.body(account, dialect.sendExternalId()).put("id", id);
    return one("PUT", id, body, deadline);
  }

  private Outcome one(String method, String id, @Nullable ObjectNode body, Deadline deadline) {
    return ScimConnector.changed(write(method, path(id), body, deadline), id);
  }

  private ScimAnswer write(
      String method, String path, @Nullable ObjectNode body, Deadline deadline) {
    return client.call(method, path, body, RateClass.USER_WRITE, About.OBJECT, deadline);
  }

  private String path(String id) {
    return dialect.usersPath() + "/" + ScimClient.encode(id);
  }
}
