package dev.idbridge.directory;

import jakarta.persistence.criteria.AbstractQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.criteria.Subquery;
import java.util.ArrayList;
import java.util.List;

/** Look-ups as criteria over live users or groups of one directory. */
final class Conditions {
  private Conditions() {}

  static Predicate of(
      CriteriaBuilder build,
      AbstractQuery<?> query,
      Root<?> root,
      long directory,
      List<Lookup> lookups) {
    List<Predicate> all = new ArrayList<>();
    all.add(build.equal(root.get("directoryId"), directory));
    all.add(build.isNull(root.get("deletedAt")));
    for (Lookup lookup : lookups) {
      all.add(one(build, query, root, directory, lookup));
    }
    return build.and(all.toArray(Predicate[]::new));
  }

  private static Predicate one(
      CriteriaBuilder build, AbstractQuery<?> query, Root<?> root, long directory, Lookup lookup) {
    return switch (lookup) {
      case Lookup.Id id -> build.equal(root.get("id"), id.id());
      case Lookup.Name name ->
          build.equal(
              root.get(root.getJavaType() == UserRow.class ? "userNameKey" : "displayNameKey"),
              name.key());
      case Lookup.ExternalId externalId -> build.equal(root.get("externalId"), externalId.value());
      case Lookup.Active active -> build.equal(root.get("active"), active.active());
      case Lookup.Email email -> {
        Subquery<Long> users = query.subquery(Long.class);
        Root<EmailRow> row = users.from(EmailRow.class);
        List<Predicate> conditions = new ArrayList<>();
        conditions.add(build.equal(row.get("directoryId"), directory));
        conditions.add(build.equal(row.get("valueKey"), email.key()));
        if (email.type() != null) {
          conditions.add(build.equal(row.get("typeKey"), email.type()));
        }
        users.select(row.get("userId")).where(conditions.toArray(Predicate[]::new));
        yield root.get("id").in(users);
      }
      case Lookup.HasMember member -> {
        Subquery<Long> groups = query.subquery(Long.class);
        Root<MemberRow> row = groups.from(MemberRow.class);
        groups
            .select(row.get("groupId"))
            .where(build.equal(row.get("memberId"), member.id()), build.isTrue(row.get("present")));
        yield root.get("id").in(groups);
      }
    };
  }
}
