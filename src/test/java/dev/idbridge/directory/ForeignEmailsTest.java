package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.Committed;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.testing.OnBothStores;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** E-mail addresses that belong to one directory alone. */
class ForeignEmailsTest extends OnBothStores {
  private static final String BY = "ops";

  private JdbcChangeWriter daemon(JpaDirectories directories) {
    return new JdbcChangeWriter(
        store.transactions(),
        store.ids(),
        Clock.systemUTC(),
        new LaneTriggers(),
        new SyncLog(store.ids()),
        new Sweeps(store.ids()),
        ScimSchema.STANDARD,
        ValueIndex.NONE,
        directories::refusesForeignEmails,
        ScopeWatch.NONE);
  }

  private static UserChange.Create create(String name, String email) {
    return new UserChange.Create(
        Attributes.of(
            Map.of("userName", name, "emails", List.of(Map.of("value", email, "type", "work")))));
  }

  private static CompletableFuture<Committed> send(
      ChangeWriter writer, long directory, UserChange change) {
    return writer.write(
        new ChangeRequest(directory, change, new Actor(0, BY, "r", "127.0.0.1"), null, List.of()));
  }

  private JpaDirectories directories() {
    return new JpaDirectories(store.entityTransactions(), store.ids(), Clock.systemUTC());
  }

  private static long fresh(JpaDirectories directories, String name, String foreign) {
    directories.create(name, BY);
    return directories.set(name, Map.of("foreign-emails", foreign), BY).id();
  }

  @Test
  void anAddressOfAnotherDirectoryIsRefusedWhereThatIsSetUntilItIsFree() throws Exception {
    JpaDirectories directories = directories();
    long one = fresh(directories, "mail-one", "refuse");
    long two = fresh(directories, "mail-two", "refuse");
    long open = fresh(directories, "mail-open", "allow");
    try (JdbcChangeWriter writer = daemon(directories)) {
      String ada =
          result(send(writer, one, create("mail-ada", "Ada@Mail.example"))).resource().publicId();
      result(send(writer, one, create("mail-ada-2", "ada@mail.example")));
      assertThatThrownBy(() -> result(send(writer, two, create("mail-eve", "ADA@mail.example"))))
          .isInstanceOf(ChangeRefused.class)
          .hasMessageContaining("belongs to a user of another directory")
          .matches(e -> ((ChangeRefused) e).reason() == ChangeRefused.Reason.UNIQUENESS);
      result(send(writer, open, create("mail-open", "ada@mail.example")));

      String bob =
          result(send(writer, two, create("mail-bob", "bob@mail.example"))).resource().publicId();
      Attributes taken =
          Attributes.of(
              Map.of(
                  "userName",
                  "mail-bob",
                  "emails",
                  List.of(Map.of("value", "ada@mail.example", "type", "work"))));
      assertThatThrownBy(() -> result(send(writer, two, new UserChange.Replace(bob, taken))))
          .isInstanceOf(ChangeRefused.class);
      // Whoever has it already keeps it, and may change everything else.
      result(
          send(
              writer,
              one,
              new UserChange.Replace(
                  ada,
                  create("mail-ada", "Ada@Mail.example").attributes().with("title", "Countess"))));

      // A directory that is gone holds nothing.
      result(send(writer, two, create("mail-gone", "gone@mail.example")));
      directories.delete("mail-two", BY);
      result(send(writer, one, create("mail-gone", "gone@mail.example")));
    }
  }

  @Test
  void ofParallelWritesOnAnyDaemonOneDirectoryGetsTheAddress() throws Exception {
    JpaDirectories directories = directories();
    long[] all = {
      fresh(directories, "race-one", "refuse"), fresh(directories, "race-two", "refuse")
    };
    try (JdbcChangeWriter here = daemon(directories);
        JdbcChangeWriter there = daemon(directories)) {
      for (int round = 0; round < 15; round++) {
        String email = "race-" + round + "@mail.example";
        List<CompletableFuture<Committed>> sent = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          sent.add(
              send(
                  i % 3 == 0 ? here : there,
                  all[i % 2],
                  create("race-mail-" + round + "-" + i, email)));
        }
        int refused = 0;
        for (CompletableFuture<Committed> one : sent) {
          try {
            result(one);
          } catch (ChangeRefused e) {
            assertThat(e).hasMessageContaining("another directory");
            refused++;
          }
        }
        assertThat(refused).isEqualTo(6);
        assertThat(
                intake.rows(
                    "SELECT DISTINCT directory_id FROM directory_email WHERE value_key = ?", email))
            .hasSize(1);
      }
    }
  }
}
