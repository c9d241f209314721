package dev.idbridge.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One edit of a directory that people keep.
 *
 * @param verb create, change, deactivate, reactivate, delete, add-members or remove-members
 * @param type user or group
 * @param who id or name; the new name of what is created
 * @param set attributes by their short names (see {@link ManualEdits}); an empty text takes one
 *     away
 * @param emails all of a user's addresses, the first one primary; null leaves them
 * @param members of a group: ids, userNames or displayNames
 */
public record Edit(
    String verb,
    String type,
    String who,
    @Nullable Map<String, String> set,
    @Nullable List<String> emails,
    @Nullable List<String> members) {
  public Edit {
    if (verb == null || type == null || who == null || who.isBlank()) {
      throw AdminRefused.invalid("an edit says verb, type (user or group) and who");
    }
  }
}
