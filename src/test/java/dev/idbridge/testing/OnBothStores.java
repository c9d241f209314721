package dev.idbridge.testing;

import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A test class that runs once on each database: one fresh store for all its tests, so names in them
 * must not meet.
 */
@ParameterizedClass
@EnumSource
public abstract class OnBothStores {
  private static Databases database;
  protected static Store store;
  protected static Intake intake;

  @Parameter protected DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void open(DatabaseKind kind) {
    database = Databases.fresh(kind);
    store = database.open();
    intake = new Intake(store);
  }

  @AfterParameterizedClassInvocation
  static void close() {
    intake.close();
    database.close();
  }
}
