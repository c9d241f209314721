package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import dev.idbridge.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DirectoryLifeTest extends OnBothStores {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final JpaTokens tokens = new JpaTokens(store.entityTransactions(), store.ids(), clock);
  private final JpaDirectories directories =
      new JpaDirectories(store.entityTransactions(), store.ids(), clock, tokens::distrust);

  private String write(long directory, ResourceChange change, Integer... apps) throws Exception {
    return Intake.result(
            intake.writer.write(
                new ChangeRequest(directory, change, Intake.BY, null, List.of(apps))))
        .resource()
        .publicId();
  }

  private List<String> acts(long directory) {
    return intake
        .rows(
            "SELECT resource_type, action, actor FROM change_record WHERE directory_id = ?"
                + " AND resource_type IN ('Directory', 'Token') ORDER BY id",
            directory)
        .stream()
        .map(row -> String.join(" ", row))
        .toList();
  }

  @Test
  void aNameMustFitTheBasePathAndIsGivenOnce() {
    for (String wrong :
        List.of("", "v2", "V2", "Berlin", "a/b", "-a", "a.", "a b", "ü", "a".repeat(65), "..")) {
      assertThatThrownBy(() -> directories.create(wrong, "ops"))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stands in its base path");
    }
    directories.create("a.b-c_9", "ops");
    assertThatThrownBy(() -> directories.create("a.b-c_9", "ops"))
        .isInstanceOf(Directories.Refused.class)
        .hasMessageContaining("already");
  }

  @Test
  void leavingScimEndsEveryTokenAtOnceAndEnteringItMakesOne() {
    Directories.Directory made = directories.create("modes", "ops");
    Tokens.Created one = tokens.create(made.id(), "one", Tokens.Scope.FULL, null, "ops");
    assertThat(tokens.verify(one.secret(), "a")).isPresent();

    Directories.Switched left = directories.mode("modes", Directories.MANUAL, null, "ops");
    assertThat(left.revoked()).isEqualTo(1);
    assertThat(left.token()).isNull();
    assertThat(tokens.verify(one.secret(), "a")).isEmpty();
    assertThatThrownBy(() -> tokens.create(made.id(), "two", Tokens.Scope.FULL, null, "ops"))
        .isInstanceOf(Tokens.NoIntake.class)
        .hasMessageContaining("idbridge directory mode modes scim");
    assertThatThrownBy(() -> directories.mode("modes", Directories.MANUAL, null, "ops"))
        .isInstanceOf(Directories.Refused.class);

    Directories.Switched back = directories.mode("modes", Directories.SCIM, null, "ops");
    assertThat(tokens.verify(one.secret(), "a")).as("stays revoked").isEmpty();
    assertThat(tokens.verify(back.token().secret(), "a")).isPresent();
    assertThat(acts(made.id()))
        .containsExactly(
            "Directory CREATE ops",
            "Token CREATE ops",
            "Directory MODE ops",
            "Token REVOKE ops",
            "Directory MODE ops",
            "Token CREATE ops");
  }

  @Test
  void aDeletedDirectoryIsGoneAtOnceAndItsRowsFollowWithoutTouchingOthers() throws Exception {
    Directories.Directory made = directories.create("leaving", "ops");
    String stays = intake.newUser("life-stays");
    Tokens.Created token = tokens.create(made.id(), "idp", Tokens.Scope.FULL, null, "ops");
    AppRegister register =
        new AppRegister(store.transactions(), new Sweeps(store.ids()), store.clock());
    int app =
        register
            .register(
                new AppRegister.Entry("crm", "log", "log", "rules", false), List.of(made.id()))
            .id();
    List<CompletableFuture<Committed>> sent = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      sent.add(
          intake.writer.write(
              new ChangeRequest(
                  made.id(), Intake.user("life-" + i), Intake.BY, null, List.of(app))));
    }
    for (CompletableFuture<Committed> one : sent) {
      Intake.result(one);
    }
    String member = write(made.id(), Intake.user("life-member"), app);
    write(made.id(), Intake.group("Life", member, "nobody yet"), app);
    assertThat(directories.contents("leaving").groups()).isEqualTo(1);
    assertThat(directories.contents("leaving").apps()).containsExactly("crm");

    assertThatThrownBy(() -> directories.delete("leaving", "ops"))
        .isInstanceOf(Directories.Refused.class)
        .hasMessageContaining("is followed by crm");
    assertThat(tokens.verify(token.secret(), "a")).as("nothing half").isPresent();
    register.register(new AppRegister.Entry("crm", "log", "log", "rules", false), List.of());
    directories.delete("leaving", "ops");

    assertThat(directories.find("leaving")).isEmpty();
    assertThat(tokens.verify(token.secret(), "a")).isEmpty();
    assertThatThrownBy(() -> directories.create("leaving", "ops"))
        .hasMessageContaining("is being deleted");
    DirectoryPurge purge = new DirectoryPurge(store.transactions(), store.ids(), clock);
    assertThat(purge.run()).as("requests may be on their way").isEmpty();
    clock.forward(DirectoryPurge.GRACE);
    assertThat(purge.run()).containsExactly("leaving");
    assertThat(purge.run()).isEmpty();
    for (String table :
        List.of(
            "directory_user",
            "directory_group",
            "directory_email",
            "directory_value",
            "parked_member",
            "unique_value",
            "token",
            "lane",
            "link",
            "sweep")) {
      assertThat(intake.rows("SELECT * FROM " + table + " WHERE directory_id = ?", made.id()))
          .as(table)
          .isEmpty();
    }
    assertThat(
            intake.rows("SELECT * FROM directory_member WHERE member_id = ?", Long.valueOf(member)))
        .isEmpty();
    assertThat(acts(made.id()))
        .containsExactly(
            "Directory CREATE ops",
            "Token CREATE ops",
            "Token REVOKE ops",
            "Directory DELETE ops",
            "Directory PURGE schedule");
    assertThat(intake.readUser(stays).attributes().string("userName")).isEqualTo("life-stays");
    assertThat(directories.create("leaving", "ops").id()).isNotEqualTo(made.id());
    assertThatThrownBy(() -> directories.delete("default", "ops"))
        .hasMessageContaining("always there");
  }

  @Test
  void tokensThatEndSoonOrAreUsedAfterTheirReplacementAreToldOf() {
    Directories.Directory made = directories.create("watched", "ops");
    TokenWatch watch = new TokenWatch(directories, tokens, clock);
    tokens.create(made.id(), "later", Tokens.Scope.FULL, end(15), "ops");
    Tokens.Created soon = tokens.create(made.id(), "soon", Tokens.Scope.FULL, end(14), "ops");
    tokens.create(made.id(), "never", Tokens.Scope.FULL, null, "ops");
    assertThat(watch.warnings())
        .singleElement()
        .asString()
        .contains("(soon) of directory watched ends at 2026-01-15T00:00:00Z")
        .contains("idbridge token rotate " + soon.token().id() + " --directory watched");
    tokens.rotate(made.id(), soon.token().id(), Duration.ofDays(1), null, "ops");
    assertThat(watch.warnings()).as("replaced, and nobody uses it").isEmpty();
    tokens.verify(soon.secret(), "10.0.0.9");
    assertThat(watch.warnings())
        .singleElement()
        .asString()
        .contains("is still used, last from 10.0.0.9; it ends at 2026-01-02T00:00:00Z");
    clock.forward(Duration.ofDays(1));
    assertThat(watch.warnings()).singleElement().asString().contains("(later)");
  }

  private Instant end(int days) {
    return clock.instant().plus(Duration.ofDays(days));
  }
}
