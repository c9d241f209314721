package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Called;
import dev.idbridge.ledger.DeadLetters;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneEvent;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneState;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.store.DatabaseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The two tables of {@code src/docs/state-machine.md}: each cell is read from the document,
 * compared with the enum, and driven through the real statements on both databases.
 */
@ParameterizedClass
@EnumSource
class LaneTableTest {
  private static final Pattern WORD = Pattern.compile("`(\\w+)`(.*)");
  private static final long TARGET = 7;
  private static TestBridge bridge;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void open(DatabaseKind kind) throws Exception {
    bridge = new TestBridge(kind);
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    bridge.close();
  }

  /** One cell of the first table. */
  record Cell(String row, LaneState from, LaneEvent event, LaneState to) {
    @Override
    public String toString() {
      return row + ", " + event.word() + ": " + to.word();
    }

    boolean again() {
      return row.contains("again");
    }
  }

  /** One cell of the second. */
  record End(String row, String how, int meanwhile, LaneState to, String attempts) {
    @Override
    public String toString() {
      return row + ", " + List.of("nothing", "wanted", "leaver").get(meanwhile) + ": " + to.word();
    }
  }

  /** The rows of the table whose first header is this, cells stripped; the header first. */
  private static List<List<String>> table(String first) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(Path.of("src/docs/state-machine.md"))) {
      in = line.startsWith("| " + first + " |") || (in && line.startsWith("|"));
      if (in && !line.startsWith("|---")) {
        rows.add(Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
      }
    }
    assertThat(rows).as("a table that begins with " + first).hasSizeGreaterThan(1);
    return rows;
  }

  private static Matcher word(String cell) {
    Matcher word = WORD.matcher(cell);
    assertThat(word.matches()).as("a cell begins with a state: " + cell).isTrue();
    return word;
  }

  private static LaneState state(String cell) {
    return LaneState.of(word(cell).group(1));
  }

  static Stream<Cell> cells() throws IOException {
    List<List<String>> rows = table("state");
    List<String> header = rows.getFirst();
    assertThat(header.subList(1, header.size()))
        .containsExactlyElementsOf(Arrays.stream(LaneEvent.values()).map(LaneEvent::word).toList());
    assertThat(rows.stream().skip(1).map(row -> state(row.getFirst())).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(LaneState.values());
    List<Cell> cells = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      for (LaneEvent event : LaneEvent.values()) {
        String cell = row.get(event.ordinal() + 1);
        cells.add(new Cell(row.getFirst(), state(row.getFirst()), event, state(cell)));
      }
    }
    return cells.stream();
  }

  static Stream<End> ends() throws IOException {
    List<List<String>> rows = table("end of a delivery");
    assertThat(
            rows.stream()
                .skip(1)
                .map(row -> word(row.getFirst()).group(1))
                .collect(Collectors.toSet()))
        .isEqualTo(
            Arrays.stream(LaneEnd.class.getPermittedSubclasses())
                .map(how -> how.getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toSet()));
    List<End> ends = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      for (int meanwhile = 0; meanwhile < 3; meanwhile++) {
        ends.add(
            new End(
                row.getFirst(),
                word(row.getFirst()).group(1),
                meanwhile,
                state(row.get(1 + meanwhile)),
                row.get(4)));
      }
    }
    return ends.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyStateAnswersEveryEventAsTheDocumentSays(Cell cell) {
    if (!(cell.again() && cell.event == LaneEvent.WANTED)) {
      assertThat(cell.from.after(cell.event)).as("the enum").isEqualTo(cell.to);
    }
    Lane lane = claimed();
    boolean timed =
        cell.from.after(LaneEvent.CLAIMED) == LaneState.LEASED
            && (cell.from != LaneState.IDLE || cell.event == LaneEvent.CLAIMED);
    put(lane, cell.from, timed, cell.again());
    long wanted = number("wanted_seq");

    happens(cell.event, lane);

    assertThat(row("state")).as("the database").isEqualTo(cell.to.word());
    boolean raises =
        Set.of(LaneEvent.WANTED, LaneEvent.LEAVER, LaneEvent.REPLAYED, LaneEvent.LATE_CALL)
            .contains(cell.event);
    assertThat(number("wanted_seq")).isEqualTo(raises ? wanted + 1 : wanted);
    boolean waits =
        Set.of(LaneState.DUE, LaneState.LEASED, LaneState.BACKOFF, LaneState.VERIFYING)
            .contains(cell.to);
    assertThat(row("due_at") != null && !row("due_at").equals("null")).isEqualTo(waits);
    if (cell.event == LaneEvent.CLAIMED && cell.from == LaneState.LEASED) {
      assertThat(row("CASE WHEN in_doubt = TRUE THEN 1 ELSE 0 END")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void everyDeliveryEndsAsTheDocumentSays(End end) {
    Lane lane = claimed();
    if (end.row.contains("failed before")) {
      book(lane, new LaneEnd.Backoff("none", now(), "down", false, false));
      lane = bridge.ledger.claim(1, 1, TestBridge.LEASE).getFirst();
    }
    if (end.meanwhile > 0) {
      trigger(end.meanwhile == 1 ? Priority.NORMAL : Priority.LEAVER);
    }
    long later = now() + 60_000;
    LaneEnd how =
        switch (end.how) {
          case "done" -> new LaneEnd.Done("none");
          case "verify" -> new LaneEnd.Verify("none", later, 1);
          case "again" -> new LaneEnd.Again("none", later, "");
          case "yield" -> new LaneEnd.Yield("none");
          case "backoff" -> new LaneEnd.Backoff("none", later, "down", false, false);
          case "later" -> new LaneEnd.Later("none", later, "throttled", false);
          case "waiting" -> new LaneEnd.Waiting("none", LaneKind.TEAM, 99, "teams first");
          case "dead" -> new LaneEnd.Dead("none", "UPDATE", "ada", "refused");
          default -> throw new AssertionError("no such end: " + end.how);
        };

    book(lane, how);

    assertThat(row("state")).isEqualTo(end.to.word());
    int before = lane.attempts();
    int after =
        switch (end.attempts) {
          case "0" -> 0;
          case "+ 1" -> before + 1;
          case "as before" -> before;
          default -> throw new AssertionError("attempts: " + end.attempts);
        };
    assertThat(number("attempts")).isEqualTo(after);
    boolean leaver = end.meanwhile == 2;
    if (end.how.equals("later") && !leaver) {
      assertThat(number("due_at")).isEqualTo(later);
    } else if (end.to == LaneState.DUE) {
      assertThat(number("due_at")).isLessThanOrEqualTo(now());
    }
  }

  private static long now() {
    return bridge.store.clock().millis();
  }

  /** A lane in somebody's hands. */
  private static Lane claimed() {
    execute("DELETE FROM lane");
    execute("DELETE FROM dead_letter");
    trigger(Priority.NORMAL);
    return bridge.ledger.claim(1, 1, TestBridge.LEASE).getFirst();
  }

  private static void trigger(Priority priority) {
    bridge.triggers(new Trigger(1, LaneKind.ACCOUNT, TARGET, 1, 9, now(), priority));
  }

  private static void book(Lane lane, LaneEnd how) {
    bridge.ledger.book(new Booking(lane, now()).ends(how));
  }

  private static void put(Lane lane, LaneState state, boolean timed, boolean again) {
    execute(
        "UPDATE lane SET state = '%s', due_at = %s, revived = %s, applied_seq = wanted_seq%s"
            .formatted(
                state.word(),
                timed ? Long.toString(now() - 1) : "NULL",
                again,
                state == LaneState.LEASED ? "" : ", lease_token = NULL, lease_node = NULL"));
    execute(
        "INSERT INTO dead_letter (id, at, app_id, kind, target_id, member_id, name, action, reason,"
            + " attempts, first_failed_at, first_cause, last_cause) VALUES (5, 0, 1, 'account', "
            + lane.target()
            + ", 0, 'ada', 'UPDATE', 'refused', 1, 0, 9, 9)");
  }

  private static void happens(LaneEvent event, Lane lane) {
    DeadLetters letters =
        new DeadLetters(
            bridge.store.transactions(),
            bridge.store.ids(),
            bridge.store.clock(),
            new SyncLog(bridge.store.ids()));
    switch (event) {
      case WANTED -> trigger(Priority.NORMAL);
      case LEAVER -> trigger(Priority.LEAVER);
      case CLAIMED -> {
        String state = row("state");
        long due = now() + 1;
        execute("UPDATE lane SET due_at = due_at + 2");
        bridge.ledger.claim(1, 1, TestBridge.LEASE);
        assertThat(row("state")).as("before it is due, at " + due).isEqualTo(state);
        execute("UPDATE lane SET due_at = due_at - 2");
        bridge.ledger.claim(1, 1, TestBridge.LEASE);
      }
      case WOKEN -> bridge.waiters.wakeSatisfied();
      case REPLAYED -> letters.replay(5, "ops");
      case DISCARDED -> letters.discard(5, "left", "ops");
      case LATE_CALL ->
          bridge.ledger.reassert(lane, new Called(null, List.of(), LaneKind.ACCOUNT, List.of()));
    }
  }

  private static String row(String column) {
    return bridge.rows("SELECT " + column + " FROM lane").getFirst();
  }

  private static long number(String column) {
    return Long.parseLong(row(column));
  }

  private static void execute(String sql) {
    bridge.execute(sql);
  }
}
