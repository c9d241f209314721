package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on an entity manager in one transaction: committed when it returns, rolled back when it
 * throws. For reads and low-rate writes; it does not retry. Thread-safe.
 */
public final class EntityTransactions {
  private final EntityManagerFactory factory;
  private final Transactions transactions;

  EntityTransactions(EntityManagerFactory factory, Transactions transactions) {
    this.factory = factory;
    this.transactions = transactions;
  }

  /**
   * @throws StoreUnavailable when the database cannot be used
   * @throws StatementRefused when the database refuses a statement for what it says
   */
  public <T extends @Nullable Object> T run(Function<EntityManager, T> work) {
    try (EntityManager manager = factory.createEntityManager()) {
      EntityTransaction transaction = manager.getTransaction();
      transaction.begin();
      boolean done = false;
      try {
        T result = work.apply(manager);
        transaction.commit();
        done = true;
        return result;
      } finally {
        if (!done && transaction.isActive()) {
          rollBack(transaction);
        }
      }
    } catch (PersistenceException e) {
      throw translated(e);
    }
  }

  // The first failure is the one to tell; a broken connection cannot even roll back.
  private static void rollBack(EntityTransaction transaction) {
    try {
      transaction.rollback();
    } catch (PersistenceException ignored) {
      return;
    }
  }

  private RuntimeException translated(PersistenceException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return transactions.translated(sql, transactions.kind().again(sql));
      }
    }
    return e;
  }
}
