package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import dev.idbridge.model.filter.Place;
import org.jspecify.annotations.Nullable;

/**
 * A column by which an index sorts.
 *
 * @param column of the entity
 * @param place the attribute it is made of; null for {@code createdAt} and {@code modifiedAt}
 * @param unique whether no two live rows of a directory share a value
 */
record Order(String column, @Nullable Place place, boolean nullable, boolean unique) {

  static Order of(TextColumn column, Place place) {
    boolean unique = column == TextColumn.USER_NAME || column == TextColumn.GROUP_NAME;
    return new Order(column.name(), place, column.nullable(), unique);
  }

  static Order moment(String column) {
    return new Order(column, null, false, false);
  }

  boolean isText() {
    return place != null;
  }

  /** What the column holds of a resource. */
  @Nullable String key(Resource resource) {
    if (place == null) {
      return Long.toString(
          column.equals("createdAt")
              ? resource.created().toEpochMilli()
              : resource.modified().toEpochMilli());
    }
    Object value = place.raw(resource);
    if (place.path().sub() != null) {
      value = place.values(resource).stream().findFirst().orElse(null);
    }
    if (value == null) {
      return null;
    }
    String key = ValueKey.of(place.def(), value);
    return key == null || unique || column.equals(TextColumn.EXTERNAL_ID.name())
        ? key
        : TextColumn.cut(key, TextColumn.CUT);
  }
}
