package dev.idbridge.directory;

import java.util.List;

/** The entity classes of the directory tables. */
public final class DirectoryEntities {
  /** For opening the store. */
  public static final List<Class<?>> ALL =
      List.of(
          DirectoryRow.class,
          TokenRow.class,
          UserRow.class,
          EmailRow.class,
          GroupRow.class,
          MemberRow.class,
          FoundMemberRow.class,
          ParkedRow.class,
          UniqueRow.class,
          FilterableRow.class,
          ValueRow.class,
          CursorKeyRow.class,
          AccessKeyRow.class,
          WriteLockRow.class,
          ChangeRow.class);

  private DirectoryEntities() {}
}
