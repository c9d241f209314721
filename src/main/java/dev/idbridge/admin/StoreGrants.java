package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.DirectGrants.After;
import dev.idbridge.ledger.DirectGrants.Entry;
import dev.idbridge.ledger.DirectGrants.Subject;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.model.Ids;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Roles of single users and groups, over the store. Thread-safe. */
public final class StoreGrants {
  private final DirectGrants grants;
  private final LedgerQueries queries;
  private final Names names;

  public StoreGrants(DirectGrants grants, LedgerQueries queries, Names names) {
    this.grants = grants;
    this.queries = queries;
    this.names = names;
  }

  Page<GrantEntry> list(GrantQuery query) {
    int app = query.app() == null ? 0 : app(query.app());
    Collection<Long> subjects = null;
    if (query.user() != null) {
      subjects = ids(query.user(), names.users(query.user()));
    } else if (query.group() != null) {
      subjects = ids(query.group(), names.groups(query.group()));
    }
    int limit = query.page().limit();
    List<Entry> page = grants.page(app, subjects, after(query.page().after()), limit + 1);
    Map<Long, String> called =
        names.of(page.stream().map(Entry::subject).collect(Collectors.toSet()));
    Map<Integer, String> apps =
        queries.apps().stream().collect(Collectors.toMap(AppView::id, AppView::name));
    return Page.of(
        page,
        limit,
        one ->
            entry(
                one,
                apps.getOrDefault(one.app(), Integer.toString(one.app())),
                called.get(one.subject())),
        StoreGrants::cursor);
  }

  private static GrantEntry entry(Entry one, String app, @Nullable String name) {
    GrantRow row = one.row();
    return new GrantEntry(
        app,
        one.kind() == LaneKind.TEAM ? "Group" : "User",
        Long.toString(one.subject()),
        name,
        row.role().name(),
        row.role().resource(),
        row.state().word(),
        row.held(),
        row.origin().name().toLowerCase(Locale.ROOT),
        row.direct(),
        row.why().stream()
            .map(
                why ->
                    new GrantEntry.Why(
                        why.rule(),
                        why.path(),
                        why.change() == 0 ? null : Long.toString(why.change())))
            .toList(),
        row.reason());
  }

  private static String cursor(Entry last) {
    String text =
        String.join(
            "\n",
            Integer.toString(last.app()),
            Long.toString(last.subject()),
            last.row().role().name(),
            last.row().role().resource());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static After after(@Nullable String cursor) {
    if (cursor == null) {
      return After.START;
    }
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\n", -1);
      if (parts.length == 4) {
        return new After(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2], parts[3]);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw AdminRefused.invalid("after is '" + cursor + "', which no page of grants ended with");
  }

  Done act(String appName, GrantAct act, String by) {
    int app = app(appName);
    if (!grants.granting(app)) {
      throw new AdminRefused(
          Kind.CONFLICT,
          "app "
              + appName
              + " has no roles here: its file has no 'roles:' section, or its connector takes none");
    }
    String user = act.user();
    String group = act.group();
    LaneKind kind = group == null ? LaneKind.ACCOUNT : LaneKind.TEAM;
    String who = group == null ? String.valueOf(user) : group;
    Subject subject =
        grants
            .subject(app, kind, ids(who, group == null ? names.users(who) : names.groups(who)))
            .orElseThrow(
                () ->
                    AdminRefused.notFound(
                        "no directory that app "
                            + appName
                            + " follows has a live "
                            + (group == null ? "user" : "group")
                            + " '"
                            + who
                            + "'"));
    String on = act.on() == null ? "" : act.on();
    Role role = act.role() == null ? null : new Role(act.role(), on);
    return switch (act.act()) {
      case ADD -> {
        Role wanted = named(role);
        grants.add(app, subject, wanted, by);
        yield new Done(
            who + " is to hold " + wanted + " in app " + appName + ", whatever the rules say");
      }
      case REMOVE -> remove(app, appName, subject, who, named(role), by);
      case RESTORE -> {
        int count = grants.restore(app, subject, role, by);
        if (count == 0) {
          throw new AdminRefused(
              Kind.CONFLICT,
              "nothing of " + who + " is suppressed in app " + appName + "; see grant list");
        }
        yield new Done(count + " roles of " + who + " come back in app " + appName);
      }
    };
  }

  private static Role named(@Nullable Role role) {
    if (role == null) {
      throw AdminRefused.invalid("role is missing");
    }
    return role;
  }

  private Done remove(int app, String appName, Subject subject, String who, Role role, String by) {
    GrantRow row = grants.row(app, subject, role);
    String rules =
        row == null
            ? ""
            : row.why().stream()
                .map(why -> why.rule() + (why.path().isEmpty() ? "" : " (" + why.path() + ")"))
                .collect(Collectors.joining("; "));
    if (grants.remove(app, subject, role, by)) {
      return new Done(
          rules.isEmpty()
              ? who + " is to lose " + role + " in app " + appName
              : who + " keeps " + role + " in app " + appName + " by " + rules);
    }
    if (row == null) {
      throw AdminRefused.notFound(
          "nothing is noted of role " + role + " of " + who + " in app " + appName);
    }
    throw new AdminRefused(
        Kind.CONFLICT,
        rules.isEmpty()
            ? who + " held " + role + " before we came; take it away in the app itself"
            : who
                + " holds "
                + role
                + " by "
                + rules
                + ": change the rule, or take the user or group out of that group");
  }

  private int app(String name) {
    int id = queries.appId(name);
    if (id == 0) {
      throw AdminRefused.notFound("there is no app '" + name + "'; idbridge app list shows them");
    }
    return id;
  }

  /** A name, or else an id. */
  private static Collection<Long> ids(String text, List<Long> byName) {
    long id = Ids.parse(text).orElse(0);
    return byName.isEmpty() && id != 0 ? List.of(id) : byName;
  }
}
