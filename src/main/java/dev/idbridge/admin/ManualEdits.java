package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Edits of directories in mode MANUAL: the same changes through the same write path as an identity
 * provider's, with the person who makes them in the change record. Thread-safe.
 */
public final class ManualEdits {
  /** Short name to attribute, of users; those of {@code name} have a dot. */
  private static final Map<String, String> USER =
      Map.of(
          "user-name", "userName",
          "display-name", "displayName",
          "given-name", "name.givenName",
          "family-name", "name.familyName",
          "external-id", "externalId",
          "title", "title");

  private static final Map<String, String> GROUP =
      Map.of("display-name", "displayName", "external-id", "externalId");

  private final Directories directories;
  private final Names names;
  private final Writing writing;

  /** Makes a change durable with the lanes of the apps that follow its directory. */
  @FunctionalInterface
  public interface Writing {
    Committed write(ChangeRequest request) throws ChangeRefused;
  }

  public ManualEdits(Directories directories, Names names, Writing writing) {
    this.directories = directories;
    this.names = names;
    this.writing = writing;
  }

  /**
   * Makes one edit.
   *
   * @param by who does it, for the change record
   * @throws AdminRefused when the directory is kept by an identity provider, when nobody is called
   *     that, or when the edit does not fit
   */
  public Edited edit(String directoryName, Edit edit, String by) {
    Directory directory =
        directories
            .find(directoryName)
            .orElseThrow(
                () ->
                    AdminRefused.notFound(
                        "there is no directory '"
                            + directoryName
                            + "'; directory list shows what there is"));
    if (!directory.mode().equals(Directories.MANUAL)) {
      throw new AdminRefused(
          Kind.CONFLICT,
          "directory "
              + directory.name()
              + " is in mode "
              + directory.mode()
              + ": its users and groups are changed at its identity provider. To keep it by hand:"
              + " idbridge directory mode "
              + directory.name()
              + " manual");
    }
    ResourceChange change =
        switch (edit.type()) {
          case "user" -> user(directory, edit);
          case "group" -> group(directory, edit);
          default ->
              throw AdminRefused.invalid("type is '" + edit.type() + "', must be user or group");
        };
    try {
      Committed done =
          writing.write(
              new ChangeRequest(directory.id(), change, new Actor(0, by, "", ""), null, List.of()));
      return edited(edit, change, done);
    } catch (ChangeRefused refused) {
      throw new AdminRefused(
          switch (refused.reason()) {
            case NOT_FOUND -> Kind.NOT_FOUND;
            case UNIQUENESS, PRECONDITION -> Kind.CONFLICT;
            default -> Kind.INVALID;
          },
          refused.detail());
    }
  }

  private UserChange user(Directory directory, Edit edit) {
    return switch (edit.verb()) {
      case "create" ->
          new UserChange.Create(applied(Attributes.of(Map.of("userName", edit.who())), edit, USER));
      case "change" -> patch(directory, edit, now -> applied(now, edit, USER));
      case "deactivate" -> patch(directory, edit, now -> now.with("active", false));
      case "reactivate" -> patch(directory, edit, now -> now.with("active", true));
      case "delete" -> new UserChange.Delete(find(directory, ResourceType.USER, edit.who()));
      default ->
          throw AdminRefused.invalid(
              "'"
                  + edit.verb()
                  + "' is no edit of a user: create, change, deactivate, reactivate or delete");
    };
  }

  private UserChange patch(Directory directory, Edit edit, AttributePatch patch) {
    applied(Attributes.NONE, edit, USER);
    return new UserChange.Patch(find(directory, ResourceType.USER, edit.who()), patch);
  }

  private GroupChange group(Directory directory, Edit edit) {
    return switch (edit.verb()) {
      case "create" ->
          new GroupChange.Create(
              applied(Attributes.of(Map.of("displayName", edit.who())), edit, GROUP),
              members(directory, edit));
      case "change" -> {
        applied(Attributes.NONE, edit, GROUP);
        yield new GroupChange.Patch(
            find(directory, ResourceType.GROUP, edit.who()),
            now -> applied(now, edit, GROUP),
            List.of());
      }
      case "add-members" -> patch(directory, edit, new MemberOp.Add(members(directory, edit)));
      case "remove-members" ->
          patch(directory, edit, new MemberOp.Remove(members(directory, edit)));
      case "delete" -> new GroupChange.Delete(find(directory, ResourceType.GROUP, edit.who()));
      default ->
          throw AdminRefused.invalid(
              "'"
                  + edit.verb()
                  + "' is no edit of a group: create, change, add-members, remove-members or"
                  + " delete");
    };
  }

  private GroupChange patch(Directory directory, Edit edit, MemberOp op) {
    if (members(directory, edit).isEmpty()) {
      throw AdminRefused.invalid("members is missing: say ids, userNames or names of groups");
    }
    return new GroupChange.Patch(
        find(directory, ResourceType.GROUP, edit.who()), AttributePatch.NOTHING, List.of(op));
  }

  private static Attributes applied(Attributes before, Edit edit, Map<String, String> known) {
    Attributes after = before;
    Map<String, String> set = edit.set() == null ? Map.of() : edit.set();
    for (Map.Entry<String, String> one : set.entrySet()) {
      String attribute = known.get(one.getKey());
      if (attribute == null) {
        throw AdminRefused.invalid(
            "'"
                + one.getKey()
                + "' cannot be set by hand; of a "
                + edit.type()
                + " that is: "
                + String.join(", ", new TreeSet<>(known.keySet())));
      }
      String value = one.getValue() == null || one.getValue().isBlank() ? null : one.getValue();
      after =
          attribute.startsWith("name.")
              ? after.with("name", after.complex("name").with(attribute.substring(5), value))
              : after.with(attribute, value);
    }
    if (edit.emails() != null) {
      List<Attributes> emails = new ArrayList<>();
      for (String email : edit.emails()) {
        emails.add(
            Attributes.of(Map.of("value", email, "type", "work", "primary", emails.isEmpty())));
      }
      after = after.with("emails", emails);
    }
    return after;
  }

  private List<String> members(Directory directory, Edit edit) {
    List<String> ids = new ArrayList<>();
    for (String ref : edit.members() == null ? List.<String>of() : edit.members()) {
      Optional<String> user = live(directory, ResourceType.USER, ref);
      ids.add(user.isPresent() ? user.get() : find(directory, ResourceType.GROUP, ref));
    }
    return ids;
  }

  private String find(Directory directory, ResourceType type, String ref) {
    return live(directory, type, ref)
        .orElseThrow(
            () ->
                AdminRefused.notFound(
                    "no user or group of directory "
                        + directory.name()
                        + " is called '"
                        + ref
                        + "' that this could be about; say its id, userName or displayName"));
  }

  private Optional<String> live(Directory directory, ResourceType type, String ref) {
    OptionalLong id = names.live(directory.id(), type, ref);
    return id.isPresent() ? Optional.of(Long.toString(id.getAsLong())) : Optional.empty();
  }

  private static Edited edited(Edit edit, ResourceChange change, Committed done) {
    String id = done.resource() == null ? idOf(change) : done.resource().publicId();
    String what = edit.type() + " " + edit.who();
    String text =
        !done.changed()
            ? what + " was so already; nothing changed"
            : switch (edit.verb()) {
              case "create" -> what + " is created as " + id;
              case "change" -> what + " is changed";
              case "deactivate" -> what + " is inactive; its accounts are disabled now";
              case "reactivate" -> what + " is active again";
              case "delete" -> what + " is deleted";
              case "add-members" -> "members are added to " + what;
              default -> "members are taken out of " + what;
            };
    return new Edited(id == null ? "" : id, edit.who(), done.changed(), text);
  }

  private static @Nullable String idOf(ResourceChange change) {
    return switch (change) {
      case UserChange.Delete delete -> delete.id();
      case GroupChange.Delete delete -> delete.id();
      default -> null;
    };
  }
}
