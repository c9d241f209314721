package dev.idbridge.bench;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Users and groups that are there before anything is measured, written by the daemon's own write
 * path, many at a time.
 */
final class Population {
  private static final int AT_ONCE = 2_000;

  private Population() {}

  static String userName(int n) {
    return "person" + n + "@example.com";
  }

  static String externalId(int n) {
    return "00p" + n;
  }

  static String groupName(int n) {
    return "Team " + n;
  }

  /** The user as an identity provider sends it. */
  static String user(int n) {
    return """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%s",\
        "externalId":"%s","name":{"givenName":"Grace","familyName":"Hopper %d"},\
        "displayName":"Grace Hopper %d","emails":[{"primary":true,"type":"work",\
        "value":"%s"}],"active":true}"""
        .formatted(userName(n), externalId(n), n, n, userName(n));
  }

  private static Attributes attributes(int n) {
    return Attributes.of(
        Map.of(
            "userName", userName(n),
            "externalId", externalId(n),
            "name", Map.of("givenName", "Grace", "familyName", "Hopper " + n),
            "displayName", "Grace Hopper " + n,
            "emails", List.of(Map.of("value", userName(n), "type", "work", "primary", true)),
            "active", true));
  }

  /** So many users, and groups whose members are the first of them. */
  static void write(Database database, int users, int groups, int members) throws Exception {
    StoreSettings settings = new StoreSettings(database.url(), "root", "", 8);
    try (Store store = Store.open(settings, Databases.ENTITIES);
        Intake intake = new Intake(store)) {
      List<String> first = new ArrayList<>();
      for (int from = 0; from < users; from += AT_ONCE) {
        List<CompletableFuture<dev.idbridge.model.Committed>> sent = new ArrayList<>();
        for (int n = from; n < Math.min(users, from + AT_ONCE); n++) {
          sent.add(
              intake.writer.write(
                  new ChangeRequest(
                      intake.directory,
                      new UserChange.Create(attributes(n)),
                      Intake.BY,
                      null,
                      List.of())));
        }
        for (CompletableFuture<dev.idbridge.model.Committed> one : sent) {
          String id = one.get().resource().publicId();
          if (first.size() < members) {
            first.add(id);
          }
        }
      }
      for (int n = 0; n < groups; n++) {
        intake.apply(
            new GroupChange.Create(
                Attributes.of(Map.of("displayName", groupName(n))), List.copyOf(first)));
      }
    }
  }
}
