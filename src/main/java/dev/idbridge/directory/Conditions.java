package dev.idbridge.directory;

import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.ResourceType;
import jakarta.persistence.criteria.AbstractQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.From;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.criteria.Subquery;
import java.util.ArrayList;
import java.util.List;

/** Look-ups as criteria over live users or groups of one directory. */
final class Conditions {
  private static final char ESCAPE = '!';

  private final CriteriaBuilder build;
  private final AbstractQuery<?> query;
  private final long directory;

  private Conditions(CriteriaBuilder build, AbstractQuery<?> query, long directory) {
    this.build = build;
    this.query = query;
    this.directory = directory;
  }

  /** Live rows of the directory for which the look-up holds. */
  static Predicate of(
      CriteriaBuilder build, AbstractQuery<?> query, Root<?> root, long directory, Lookup lookup) {
    return build.and(
        build.equal(root.get("directoryId"), directory),
        build.isNull(root.get("deletedAt")),
        new Conditions(build, query, directory).one(root, lookup));
  }

  private Conditions within(Subquery<Long> subquery) {
    return new Conditions(build, subquery, directory);
  }

  static Class<?> entity(ResourceType type) {
    return type == ResourceType.USER ? UserRow.class : GroupRow.class;
  }

  private Predicate one(From<?, ?> row, Lookup lookup) {
    return switch (lookup) {
      case Lookup.All all -> build.and(each(row, all.all()));
      case Lookup.Any any -> build.or(each(row, any.any()));
      case Lookup.Not not -> build.not(one(row, not.inner()));
      case Lookup.Text text -> text(row, text);
      case Lookup.Long wide ->
          build.and(
              build.isNotNull(row.get(wide.column())),
              build.ge(build.length(row.get(wide.column())), wide.least()));
      case Lookup.Number number -> number(row.get(number.column()), number);
      case Lookup.Flag flag -> build.equal(row.get(flag.column()), flag.value());
      case Lookup.Missing missing -> build.isNull(row.get(missing.column()));
      case Lookup.Row other -> other(row, other);
      case Lookup.Names names -> {
        Subquery<Long> live = query.subquery(Long.class);
        Root<?> named = live.from(entity(names.type()));
        live.select(named.get("id"))
            .where(
                build.equal(named.get("id"), row.get(names.column())),
                build.isNull(named.get("deletedAt")),
                within(live).one(named, names.inner()));
        yield build.exists(live);
      }
      case Lookup.InGroup unresolved when unresolved.group().equals(Lookup.EVERYTHING) -> {
        Subquery<Long> memberships = query.subquery(Long.class);
        Root<MemberRow> member = memberships.from(MemberRow.class);
        memberships
            .select(member.get("groupId"))
            .where(
                build.equal(member.get("memberId"), row.get("id")),
                build.isTrue(member.get("present")),
                within(memberships)
                    .one(
                        member,
                        new Lookup.Names("groupId", ResourceType.GROUP, Lookup.EVERYTHING)));
        yield build.exists(memberships);
      }
      case Lookup.InGroup unresolved ->
          throw new IllegalStateException("the groups are looked up first");
      case Lookup.InGroups groups -> {
        if (groups.groups().isEmpty()) {
          yield build.disjunction();
        }
        Subquery<Long> members = query.subquery(Long.class);
        Root<MemberRow> member = members.from(MemberRow.class);
        members
            .select(member.get("memberId"))
            .where(member.get("groupId").in(groups.groups()), build.isTrue(member.get("present")));
        yield row.get("id").in(members);
      }
    };
  }

  private Predicate[] each(From<?, ?> row, List<Lookup> lookups) {
    return lookups.stream().map(lookup -> one(row, lookup)).toArray(Predicate[]::new);
  }

  private Predicate text(From<?, ?> row, Lookup.Text text) {
    Expression<String> column = row.get(text.column());
    String key = text.key();
    Predicate holds =
        switch (text.operator()) {
          case EQ -> build.equal(column, key);
          case NE -> build.notEqual(column, key);
          case GT -> build.greaterThan(column, key);
          case GE -> build.greaterThanOrEqualTo(column, key);
          case LT -> build.lessThan(column, key);
          case LE -> build.lessThanOrEqualTo(column, key);
          case SW ->
              build.and(
                  build.greaterThanOrEqualTo(column, key),
                  build.lessThan(column, TextColumn.beyond(key)));
          case CO -> build.like(column, "%" + escaped(key) + "%", ESCAPE);
          case EW -> build.like(column, "%" + escaped(key), ESCAPE);
        };
    return text.operator() == Operator.NE
        ? build.or(build.isNull(column), holds)
        : build.and(build.isNotNull(column), holds);
  }

  private static String escaped(String key) {
    StringBuilder pattern = new StringBuilder(key.length() + 8);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == ESCAPE || c == '%' || c == '_') {
        pattern.append(ESCAPE);
      }
      pattern.append(c);
    }
    return pattern.toString();
  }

  private Predicate number(Expression<Long> column, Lookup.Number number) {
    long value = number.value();
    return switch (number.operator()) {
      case EQ -> build.equal(column, value);
      case NE -> build.notEqual(column, value);
      case GT -> build.gt(column, value);
      case GE -> build.ge(column, value);
      case LT -> build.lt(column, value);
      case LE -> build.le(column, value);
      case CO, SW, EW -> throw new IllegalArgumentException("a number has no parts");
    };
  }

  // What an index finds is looked for there first; else each row is asked for its own.
  private Predicate other(From<?, ?> row, Lookup.Row other) {
    Subquery<Long> owners = query.subquery(Long.class);
    Conditions inner = within(owners);
    List<Predicate> conditions = new ArrayList<>();
    Expression<Long> owner =
        switch (other.table()) {
          case EMAIL -> {
            Root<EmailRow> email = owners.from(EmailRow.class);
            conditions.add(build.equal(email.get("directoryId"), directory));
            conditions.add(inner.one(email, other.inner()));
            yield email.get("userId");
          }
          case VALUE -> {
            Root<ValueRow> value = owners.from(ValueRow.class);
            conditions.add(build.equal(value.get("attributeId"), other.attribute()));
            conditions.add(build.equal(value.get("directoryId"), directory));
            conditions.add(inner.one(value, other.inner()));
            yield value.get("resourceId");
          }
          case MEMBER -> {
            Root<MemberRow> member = owners.from(MemberRow.class);
            conditions.add(build.isTrue(member.get("present")));
            conditions.add(
                build.or(
                    inner.one(
                        member, new Lookup.Names("memberId", ResourceType.USER, Lookup.EVERYTHING)),
                    inner.one(
                        member,
                        new Lookup.Names("memberId", ResourceType.GROUP, Lookup.EVERYTHING))));
            conditions.add(inner.one(member, other.inner()));
            yield member.get("groupId");
          }
        };
    owners.select(owner);
    if (other.inner().selective()) {
      owners.where(conditions.toArray(Predicate[]::new));
      return row.get("id").in(owners);
    }
    conditions.add(build.equal(owner, row.get("id")));
    owners.where(conditions.toArray(Predicate[]::new));
    return build.exists(owners);
  }
}
