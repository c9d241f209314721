package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.UserChange;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** If-Match, where it matters: when several writers have read the same version. */
class ConditionalWritesTest extends OnBothStores {
  private CompletableFuture<Committed> sendAt(long version, ResourceChange change) {
    return intake.writer.write(
        new ChangeRequest(intake.directory, change, Intake.BY, Set.of(version), List.of()));
  }

  @Test
  void ofManyWritersWithOneVersionExactlyOneWinsAndTheOthersAreToldSo() throws Exception {
    for (int round = 0; round < 20; round++) {
      String id = intake.newUser("conditional-" + round);
      List<CompletableFuture<Committed>> sent = new ArrayList<>();
      for (int writer = 0; writer < 12; writer++) {
        String title = "writer " + writer;
        AttributePatch patch =
            current -> Attributes.of(Map.of("userName", current.get("userName"), "title", title));
        sent.add(sendAt(1, new UserChange.Patch(id, patch)));
      }
      int won = 0;
      for (CompletableFuture<Committed> one : sent) {
        try {
          assertThat(Intake.result(one).changed()).isTrue();
          won++;
        } catch (ChangeRefused refused) {
          assertThat(refused.reason()).isEqualTo(Reason.PRECONDITION);
        }
      }
      assertThat(won).isEqualTo(1);
      assertThat(intake.readUser(id).version()).isEqualTo(2);
    }
  }
}
