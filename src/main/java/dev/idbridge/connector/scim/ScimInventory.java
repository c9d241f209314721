package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All users and groups of a SCIM app, by startIndex (RFC 7644 section 3.4.2.4). */
final class ScimInventory implements Inventory {
  private static final int PAGE = 200;

  private final ScimDialect dialect;
  private final ScimSearch search;

  ScimInventory(ScimDialect dialect, ScimSearch search) {
    this.dialect = dialect;
    this.search = search;
  }

  @Override
  public Outcome.@Nullable Failure accounts(
      Pages<ListedAccount> pages, String from, Deadline deadline) {
    return search.each(
        dialect.usersPath(), null, "", shown(pages, ScimInventory::account), from, deadline);
  }

  @Override
  public Outcome.@Nullable Failure teams(Pages<ListedTeam> pages, String from, Deadline deadline) {
    return search.each(
        dialect.groupsPath(),
        null,
        dialect.excludeMembers() ? "&excludedAttributes=members" : "",
        shown(pages, ScimInventory::team),
        from,
        deadline);
  }

  @Override
  public Outcome.@Nullable Failure members(String team, Pages<String> pages, Deadline deadline) {
    String path = dialect.groupsPath() + "/" + ScimClient.encode(team) + "?attributes=id,members";
    return switch (search.read(path, deadline)) {
      case ScimAnswer.No no -> no.why();
      case ScimAnswer.Gone gone -> null;
      case ScimAnswer.Ok ok -> {
        List<String> page = new ArrayList<>();
        JsonNode members = ok.body() == null ? null : ok.body().path("members");
        for (JsonNode member : members == null ? List.<JsonNode>of() : members) {
          String id = member.path("value").asText("");
          if (!id.isEmpty() && !member.path("type").asText("").equalsIgnoreCase("Group")) {
            page.add(id);
          }
          if (page.size() == PAGE) {
            pages.take(page);
            page = new ArrayList<>();
          }
        }
        pages.take(page);
        yield null;
      }
    };
  }

  private static <T> Pages<JsonNode> shown(Pages<T> pages, Function<JsonNode, T> as) {
    return new Pages<>() {
      @Override
      public int take(List<JsonNode> page) {
        return pages.take(page.stream().map(as).toList());
      }

      @Override
      public void goOn(String from) {
        pages.goOn(from);
      }
    };
  }

  private static ListedTeam team(JsonNode group) {
    String name = group.path("displayName").asText("");
    return new ListedTeam(group.path("id").asText(), name, name);
  }

  private static ListedAccount account(JsonNode user) {
    List<String> emails = new ArrayList<>();
    for (JsonNode email : user.path("emails")) {
      String value = email.path("value").asText("");
      if (!value.isEmpty() && !emails.contains(value)) {
        emails.add(email.path("primary").asBoolean() ? 0 : emails.size(), value);
      }
    }
    String userName = user.path("userName").asText("");
    JsonNode name = user.path("name");
    return new ListedAccount(
        user.path("id").asText(),
        userName,
        userName,
        text(user.path("displayName")),
        text(name.path("givenName")),
        text(name.path("familyName")),
        emails,
        user.path("active").asBoolean(true));
  }

  private static @Nullable String text(JsonNode value) {
    return value.isTextual() && !value.textValue().isBlank() ? value.textValue() : null;
  }
}
