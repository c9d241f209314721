package dev.idbridge.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.directory.ChangeWriter;
import dev.idbridge.directory.FoundMembers;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportBook.Doubt;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.Emails;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Finds, or makes, the user or group that an account or team of an app belongs to. Thread-safe. */
public final class ImportPlaces {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TAKEN = "somebody linked it at this moment; import again";

  private final ImportBook book;
  private final Ledger ledger;
  private final Names names;
  private final Targets targets;
  private final ChangeWriter writer;
  private final FoundMembers found;

  public ImportPlaces(
      ImportBook book,
      Ledger ledger,
      Names names,
      Targets targets,
      ChangeWriter writer,
      FoundMembers found) {
    this.found = found;
    this.book = book;
    this.ledger = ledger;
    this.names = names;
    this.targets = targets;
    this.writer = writer;
  }

  /**
   * What became of one thing.
   *
   * @param created whether a user or group was made of it
   * @param doubt why nobody could place it; empty when it is linked now
   */
  record Placed(boolean created, String doubt) {}

  /**
   * A user or group that was made.
   *
   * @param id 0 when it was not
   */
  record Made(long id, String why) {}

  /** The same thing with what an app says of it, undecided so far. */
  static Doubt of(ListedAccount account, long directory) {
    return new Doubt(
        LaneKind.ACCOUNT,
        account.remoteId(),
        directory,
        account.userName(),
        account.label(),
        json(said(account)),
        "",
        "",
        "",
        0);
  }

  static Doubt of(ListedTeam team, long directory) {
    return new Doubt(
        LaneKind.TEAM,
        team.remoteId(),
        directory,
        team.name(),
        team.path(),
        json(team.name().isBlank() ? Map.of() : Map.of("displayName", team.name())),
        "",
        "",
        "",
        0);
  }

  /** Places it by its name. */
  Placed place(App app, Doubt thing, String by) {
    boolean account = thing.kind() == LaneKind.ACCOUNT;
    if (thing.name().isBlank()) {
      return new Placed(false, account ? "it has no user name" : "it has no name");
    }
    OptionalLong there =
        names.named(
            thing.directory(), account ? ResourceType.USER : ResourceType.GROUP, thing.name());
    if (there.isPresent()) {
      return new Placed(false, link(app, thing, there.getAsLong(), ""));
    }
    Attributes attributes = attributes(thing);
    if (account) {
      for (String email : Emails.ordered(attributes)) {
        List<Long> others = names.byEmail(thing.directory(), email);
        if (!others.isEmpty()) {
          return new Placed(
              false,
              "its e-mail address belongs to user "
                  + String.join(", ", names.of(others).values())
                  + ", whose userName is another; decide, or rename one of them and import again");
        }
      }
    }
    Made made = create(app, thing, attributes, by, "");
    return new Placed(made.id != 0, made.why);
  }

  /**
   * Links it with a user or group of its directory.
   *
   * @param by who decided so; empty when the name did
   * @return why not; empty when it is linked
   */
  String link(App app, Doubt thing, long resource, String by) {
    Link other = ledger.links(app.id(), thing.kind(), List.of(resource)).get(resource);
    if (other != null) {
      return "'"
          + names.of(List.of(resource)).getOrDefault(resource, thing.name())
          + "' of the directory is "
          + other.label()
          + " in the app already; decide, or rename or remove one of the two in the app";
    }
    Target there =
        (thing.kind() == LaneKind.ACCOUNT
                ? targets.users(List.of(resource))
                : targets.groups(List.of(resource)))
            .get(resource);
    if (there == null || there.deleted()) {
      return "it was deleted at this moment; import again";
    }
    return book.link(link(app, thing, resource), thing.name(), !there.imported(), by) ? "" : TAKEN;
  }

  /** Members of an imported group; answers how many are new. */
  int join(long group, List<Long> users, String by) {
    return users.isEmpty() ? 0 : Math.max(0, found.add(group, users, by));
  }

  /**
   * Makes a user or group of it.
   *
   * @param by who imports
   * @param decided who decided so; empty when nobody had to
   */
  Made create(App app, Doubt thing, Attributes attributes, String by, String decided) {
    ResourceChange change =
        thing.kind() == LaneKind.ACCOUNT
            ? new UserChange.Create(attributes, true)
            : new GroupChange.Create(attributes, List.of(), true);
    long id;
    try {
      Actor actor = new Actor(0, by, "", "");
      id =
          Objects.requireNonNull(
                  writer
                      .write(new ChangeRequest(thing.directory(), change, actor, null, List.of()))
                      .join()
                      .resource())
              .id();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ChangeRefused refused) {
        return new Made(0, refused.detail());
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    return book.link(link(app, thing, id), thing.name(), false, decided)
        ? new Made(id, "")
        : new Made(0, TAKEN);
  }

  private static Link link(App app, Doubt thing, long resource) {
    boolean account = thing.kind() == LaneKind.ACCOUNT;
    return new Link(
        app.id(),
        thing.kind(),
        resource,
        thing.directory(),
        thing.remoteId(),
        thing.label(),
        Origin.FOUND,
        !account || attributes(thing).flag("active", true),
        account ? "" : thing.name());
  }

  private static String json(Map<String, Object> said) {
    return JSON.valueToTree(said).toString();
  }

  /** What the app said of it. */
  static Attributes attributes(Doubt thing) {
    try {
      return Attributes.of(
          JSON.readValue(thing.details(), new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the details of an import are no JSON", e);
    }
  }

  private static Map<String, Object> said(ListedAccount account) {
    Map<String, Object> user = new HashMap<>();
    put(user, "userName", account.userName());
    user.put("active", account.active());
    put(user, "displayName", account.displayName());
    Map<String, Object> name = new HashMap<>();
    put(name, "givenName", account.givenName());
    put(name, "familyName", account.familyName());
    if (!name.isEmpty()) {
      user.put("name", name);
    }
    List<Map<String, Object>> emails = new ArrayList<>();
    for (String email : account.emails()) {
      emails.add(
          Map.of(
              "value",
              email,
              "type",
              emails.isEmpty() ? "work" : "other",
              "primary",
              emails.isEmpty()));
    }
    if (!emails.isEmpty()) {
      user.put("emails", emails);
    }
    return user;
  }

  private static void put(Map<String, Object> into, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      into.put(name, value);
    }
  }
}
