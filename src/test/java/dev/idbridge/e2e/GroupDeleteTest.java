package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Entry;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of teams when their groups are deleted, in an LDAP server and in a SCIM service:
 * each policy in apps of its own, all on one daemon, and one deletion for all of them.
 */
class GroupDeleteTest {
  private record Pair(ScimApp crm, LdapApp tree) {}

  @TempDir static Path folder;
  private static final Map<OnGroupDelete, Pair> apps = new LinkedHashMap<>();
  private static Bridge bridge;

  @BeforeAll
  static void deleteThreeGroups() throws Exception {
    Map<String, String> files = new LinkedHashMap<>();
    for (OnGroupDelete policy : OnGroupDelete.values()) {
      Pair pair = new Pair(new ScimApp(), new LdapApp());
      apps.put(policy, pair);
      pair.crm.addGroup("Found", pair.crm.addUser("stranger", true));
      pair.tree.add(
          new Entry(
              "dn: " + dn("Found"),
              "objectClass: groupOfNames",
              "cn: Found",
              "member: " + STRANGER));
      String word = policy.name().toLowerCase(Locale.ROOT);
      String teams = "teams: {on-group-delete: " + word + "}\n";
      files.put(
          "crm-" + word,
          Bridge.scimApp(pair.crm.baseUrl()).replace("token:", "members-shown: true, token:")
              + teams);
      files.put("tree-" + word, Bridge.ldapApp(pair.tree) + teams);
    }
    bridge = new Bridge(DatabaseKind.H2, folder, files);
    ScimHttp idp = bridge.scim;
    String ada = idp.user("ada");
    List<String> groups = new ArrayList<>();
    for (String name : List.of("Ours", "Shared", "Found")) {
      groups.add(idp.group(name, ada));
    }
    everywhere(
        (policy, held) -> {
          assertThat(held.members("Ours")).containsExactly("ada");
          assertThat(held.members("Shared")).containsExactly("ada");
          assertThat(held.members("Found")).containsExactly("ada", "stranger");
        });
    for (Pair pair : apps.values()) {
      String stranger =
          pair.crm.users().stream()
              .filter(user -> user.getUserName().orElse("").equals("stranger"))
              .findFirst()
              .flatMap(user -> user.getId())
              .orElseThrow();
      pair.crm.join(pair.crm.groups("Shared").getFirst().getId().orElseThrow(), stranger);
      pair.tree.add(dn("Shared"), "member", STRANGER);
    }
    for (String group : groups) {
      idp.delete("/Groups/" + group);
    }
    bridge.soon(
        () ->
            assertThat(
                    bridge.rows(
                        "SELECT target_id FROM lane WHERE state IN ('due', 'leased', 'backoff', 'waiting')"))
                .isEmpty());
  }

  private static final String STRANGER = "uid=stranger," + LdapTree.PEOPLE;

  private static String dn(String group) {
    return "cn=" + group + "," + LdapTree.GROUPS;
  }

  private interface Claim {
    void holds(OnGroupDelete policy, Held app);
  }

  private static void everywhere(Claim claim) throws Exception {
    for (OnGroupDelete policy : apps.keySet()) {
      both(policy, claim);
    }
  }

  private static void both(OnGroupDelete policy, Claim claim) throws Exception {
    Pair pair = apps.get(policy);
    for (Held held : List.of(new Held.InScim(pair.crm), new Held.InLdap(pair.tree))) {
      bridge.soon(() -> claim.holds(policy, held));
    }
  }

  @AfterAll
  static void stop() {
    bridge.close();
    apps.values().forEach(pair -> pair.crm.close());
    apps.values().forEach(pair -> pair.tree.close());
  }

  @ParameterizedTest
  @EnumSource
  void aDeletedGroupsTeamGoesStaysOrFreezesAsTheFileSays(OnGroupDelete policy) throws Exception {
    both(
        policy,
        (p, held) -> {
          switch (policy) {
            case DETACH -> {
              assertThat(held.teams()).containsExactly("Found", "Ours", "Shared");
              assertThat(held.members("Ours")).containsExactly("ada");
              assertThat(held.members("Shared")).containsExactly("ada", "stranger");
              assertThat(held.members("Found")).containsExactly("ada", "stranger");
            }
            case NEVER -> {
              assertThat(held.teams()).containsExactly("Found", "Ours", "Shared");
              assertThat(held.members("Ours")).isEmpty();
              assertThat(held.members("Shared")).containsExactly("stranger");
              assertThat(held.members("Found")).containsExactly("stranger");
            }
            case OWNED -> {
              assertThat(held.teams()).containsExactly("Found", "Shared");
              assertThat(held.members("Shared")).containsExactly("stranger");
              assertThat(held.members("Found")).containsExactly("stranger");
            }
            case ALWAYS -> assertThat(held.teams()).isEmpty();
          }
        });
  }
}
