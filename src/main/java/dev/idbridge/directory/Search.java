package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Filter;
import dev.idbridge.model.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question for one page of a directory's resources.
 *
 * @param wanted the types to look through, in the order in which they are listed
 * @param sorted whether by an attribute, else in the order of creation
 * @param descending the sorted order turned round
 * @param place where the page begins
 * @param count at least 0; 0 asks for the total only
 */
public record Search(
    long directory,
    List<Wanted> wanted,
    boolean sorted,
    boolean descending,
    Place place,
    int count) {
  public Search {
    wanted = List.copyOf(wanted);
  }

  /**
   * What to take of one type.
   *
   * @param filter null for all
   * @param sort null where the resources of this type lack the attribute
   * @param related whether to fill a user's {@code groups} or a group's {@code members}
   */
  public record Wanted(
      ResourceType type, @Nullable Filter filter, @Nullable AttributePath sort, boolean related) {}

  /** Where a page begins. */
  public sealed interface Place {
    /**
     * By number.
     *
     * @param startIndex 1-based, at least 1
     */
    record Index(int startIndex) implements Place {}

    /**
     * Beside a resource of another page.
     *
     * @param from null for the first page
     * @param back whether the page ends before it instead of beginning after it
     * @param total how many there were when the first page was read; -1 to count
     */
    record Beside(@Nullable Position from, boolean back, long total) implements Place {}
  }

  /**
   * The place of one resource in the order of a search; means something for that search alone.
   *
   * @param run the part of the order it stands in
   * @param key what it is sorted by, null for nothing
   */
  public record Position(int run, @Nullable String key, long id) {}

  /** All resources of a type that match, in the order of creation. */
  public static Search of(
      long directory,
      ResourceType type,
      @Nullable Filter filter,
      int startIndex,
      int count,
      boolean related) {
    return new Search(
        directory,
        List.of(new Wanted(type, filter, null, related)),
        false,
        false,
        new Place.Index(startIndex),
        count);
  }

  /** The question without its page, for telling it from others. */
  String question() {
    return directory + " " + sorted + " " + descending + " " + wanted;
  }
}
