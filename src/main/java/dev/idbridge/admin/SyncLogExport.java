package dev.idbridge.admin;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every line of the sync log that matches, page by page: nothing but one page is held, however long
 * the log is. Used by one thread.
 */
public final class SyncLogExport {
  private final AdminOperations bridge;
  private final SyncLogQuery query;
  private final Format format;

  /** How lines are written. */
  public enum Format {
    /** RFC 4180, with a head line. */
    CSV("text/csv; charset=utf-8", "\r\n"),
    /** One object per line. */
    JSON("application/x-ndjson", "\n");

    private final String contentType;
    private final String lineEnd;

    Format(String contentType, String lineEnd) {
      this.contentType = contentType;
      this.lineEnd = lineEnd;
    }

    /**
     * @throws AdminRefused when the word names no format
     */
    public static Format of(String word) {
      try {
        return valueOf(word.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw AdminRefused.invalid("format is '" + word + "', must be csv or json");
      }
    }

    String contentType() {
      return contentType;
    }
  }

  private record Column(String name, Function<SyncLogLine, @Nullable Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", SyncLogLine::id),
          new Column("at", SyncLogLine::at),
          new Column("direction", SyncLogLine::direction),
          new Column("result", SyncLogLine::result),
          new Column("directory", SyncLogLine::directory),
          new Column("app", SyncLogLine::app),
          new Column("action", SyncLogLine::action),
          new Column("type", SyncLogLine::type),
          new Column("resource", SyncLogLine::resource),
          new Column("target", SyncLogLine::target),
          new Column("group", SyncLogLine::group),
          new Column("member", SyncLogLine::member),
          new Column("remote", SyncLogLine::remote),
          new Column("reason", SyncLogLine::reason),
          new Column("first_cause", SyncLogLine::firstCause),
          new Column("last_cause", SyncLogLine::lastCause),
          new Column("coalesced", SyncLogLine::coalesced),
          new Column("attempt", SyncLogLine::attempt),
          new Column("request", SyncLogLine::request),
          new Column("token", SyncLogLine::token),
          new Column("actor", SyncLogLine::actor),
          new Column("status", SyncLogLine::status),
          new Column("scim_type", SyncLogLine::scimType));

  /**
   * @param query its page's limit does not count
   */
  public SyncLogExport(AdminOperations bridge, SyncLogQuery query, Format format) {
    this.bridge = bridge;
    this.query = query;
    this.format = format;
  }

  /** Refuses now what would be refused at the first page. */
  void check() {
    Page<SyncLogLine> unused = bridge.syncLog(query.at(new PageRequest(1, query.page().after())));
  }

  /** Writes them all. */
  public void writeTo(Consumer<String> out) {
    if (format == Format.CSV) {
      out.accept(row(COLUMNS.stream().<@Nullable Object>map(Column::name).toList()));
    }
    @Nullable String after = query.page().after();
    do {
      Page<SyncLogLine> page = bridge.syncLog(query.at(new PageRequest(PageRequest.MOST, after)));
      if (!page.items().isEmpty()) {
        out.accept(page.items().stream().map(this::line).collect(Collectors.joining()));
      }
      after = page.next();
    } while (after != null);
  }

  private String line(SyncLogLine line) {
    return format == Format.CSV
        ? row(COLUMNS.stream().<@Nullable Object>map(c -> c.value.apply(line)).toList())
        : Json.write(line) + format.lineEnd;
  }

  private String row(List<@Nullable Object> cells) {
    return cells.stream().map(SyncLogExport::cell).collect(Collectors.joining(","))
        + format.lineEnd;
  }

  /**
   * A cell that begins like a formula would be calculated by a spreadsheet: names and answers of
   * apps come from outside, so such a cell gets an apostrophe in front.
   */
  static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    if (!text.isEmpty() && "=+-@\t\r\n|%".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    boolean quoted = text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
