package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All users and groups of a SCIM app, by startIndex (RFC 7644 section 3.4.2.4). */
final class ScimInventory implements Inventory {
  private final ScimDialect dialect;
  private final ScimSearch search;

  ScimInventory(ScimDialect dialect, ScimSearch search) {
    this.dialect = dialect;
    this.search = search;
  }

  @Override
  public Outcome.@Nullable Failure accounts(
      Consumer<List<ListedAccount>> pages, Deadline deadline) {
    return search.each(
        dialect.usersPath(),
        null,
        "",
        page -> pages.accept(page.stream().map(ScimInventory::account).toList()),
        deadline);
  }

  @Override
  public Outcome.@Nullable Failure teams(Consumer<List<ListedTeam>> pages, Deadline deadline) {
    return search.each(
        dialect.groupsPath(),
        null,
        dialect.excludeMembers() ? "&excludedAttributes=members" : "",
        page ->
            pages.accept(
                page.stream()
                    .map(
                        group -> {
                          String name = group.path("displayName").asText("");
                          return new ListedTeam(group.path("id").asText(), name, name);
                        })
                    .toList()),
        deadline);
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
