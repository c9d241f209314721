package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.add;
import static dev.idbridge.testing.Intake.members;
import static dev.idbridge.testing.Intake.remove;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Transactions;
import dev.idbridge.testing.CountingSource;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemberCostTest extends OnBothStores {
  @Test
  void aChangeOfOneMemberCostsTheSameInASmallAndALargeGroup() throws ChangeRefused {
    List<String> users = intake.newUsers("cost-", 10_002);
    String first = users.get(10_000);
    String second = users.get(10_001);
    String small = intake.newGroup("cost-small", users.subList(0, 10).toArray(String[]::new));
    String large = intake.newGroup("cost-large", users.subList(0, 10_000).toArray(String[]::new));
    CountingSource counting = new CountingSource(store.dataSource());
    try (Intake counted = new Intake(store, new Transactions(counting.counted(), store.kind()))) {
      // The first change of a group makes its lane, the later ones find it.
      counted.apply(members(small, remove(users.get(0))), 1);
      counted.apply(members(large, remove(users.get(0))), 1);
      Cost inSmall = cost(counting, counted, small, first);
      Cost inLarge = cost(counting, counted, large, second);
      assertThat(inLarge.statements).isEqualTo(inSmall.statements).hasSizeLessThan(25);
      assertThat(inLarge.rows).isEqualTo(inSmall.rows);
    }
  }

  /**
   * @param rows what the storage engine did, by kind; empty where the database does not count it
   */
  private record Cost(List<String> statements, Map<String, String> rows) {}

  private Cost cost(CountingSource counting, Intake counted, String group, String user)
      throws ChangeRefused {
    counting.drain();
    Map<String, Long> before = handlers();
    counted.apply(members(group, add(user)), 1);
    counted.apply(members(group, remove(user)), 1);
    Map<String, Long> after = handlers();
    Map<String, String> rows = new TreeMap<>();
    after.forEach((name, count) -> rows.put(name, Long.toString(count - before.get(name))));
    return new Cost(
        counting.drain().stream().map(s -> s.replaceAll("[0-9]{9,}", "ID")).toList(), rows);
  }

  private Map<String, Long> handlers() {
    Map<String, Long> counts = new TreeMap<>();
    if (kind == DatabaseKind.MARIADB) {
      for (List<String> row :
          intake.rows(
              "SELECT variable_name, variable_value FROM information_schema.global_status"
                  + " WHERE variable_name IN ('HANDLER_READ_KEY', 'HANDLER_READ_NEXT',"
                  + " 'HANDLER_READ_PREV', 'HANDLER_UPDATE', 'HANDLER_WRITE',"
                  + " 'INNODB_ROWS_READ', 'INNODB_ROWS_UPDATED', 'INNODB_ROWS_INSERTED')")) {
        counts.put(row.get(0), Long.parseLong(row.get(1)));
      }
    }
    return counts;
  }
}
