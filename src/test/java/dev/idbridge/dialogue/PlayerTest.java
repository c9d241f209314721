package dev.idbridge.dialogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a dialogue's text means. */
class PlayerTest {
  private final List<Wire.Sent> sent = new ArrayList<>();

  private Map<String, String> play(String text, Wire.Reply... replies) throws Exception {
    Player player =
        new Player(
            request -> {
              sent.add(request);
              return replies[sent.size() - 1];
            },
            "http://bridge/scim/v2",
            "secret");
    return player.play(Dialogue.parse(text), Map.of("unique", "u1"));
  }

  private static Wire.Reply reply(int status, String body) {
    return new Wire.Reply(
        status, Map.of("location", List.of("http://bridge/scim/v2/Users/7")), body);
  }

  @Test
  void valuesAreSentCapturedAndSentAgain() throws Exception {
    Map<String, String> known =
        play(
            """
            # A title: unverified
            # more words
            User-Agent: Client 1

            POST /Users?x="raw"
            X-More: y

            {"userName": "ada-${unique}"}
            ---
            201
            Location: ${base}/Users/${user}

            {"id": "${user}"}
            ===
            GET /Users/${user}
            Authorization: -
            ---
            200 404
            """,
            reply(201, "{\"id\": \"7\", \"more\": true}"),
            reply(404, ""));
    assertThat(known).containsEntry("user", "7");
    assertThat(sent.getFirst().target()).isEqualTo("/Users?x=\"raw\"");
    assertThat(sent.getFirst().body()).isEqualTo("{\"userName\": \"ada-u1\"}");
    assertThat(sent.getFirst().headers())
        .containsEntry("User-Agent", "Client 1")
        .containsEntry("Authorization", "Bearer secret")
        .containsEntry("X-More", "y");
    assertThat(sent.get(1).target()).isEqualTo("/Users/7");
    assertThat(sent.get(1).headers()).doesNotContainKey("Authorization");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': '*'} | {'a': 1} | ''",
        "{'a': '*'} | {'a': null} | /a",
        "{'a': 'x*z'} | {'a': 'xyz'} | ''",
        "{'a': 'x*z'} | {'a': 'xy'} | /a is",
        "{'a': 1} | {'a': 1.0} | ''",
        "{'a': 1} | {'a': '1'} | /a is",
        "{'a': true} | {'a': 'true'} | /a is",
        "{'a': null} | {} | ''",
        "{'a': null} | {'a': []} | ''",
        "{'a': []} | {'a': [1]} | /a is",
        "{'a': [1, 2]} | {'a': [1]} | /a is",
        "{'a': [1, '...']} | {'a': [1, 2, 3]} | ''",
        "{'a': [{'b': 1}]} | {'a': [{'b': 2}]} | /a/0/b",
        "{'a': '${x}', 'b': '${x}'} | {'a': 'p', 'b': 'p'} | ''",
        "{'a': '${x}', 'b': '${x}'} | {'a': 'p', 'b': 'q'} | /b is"
      })
  void expectedJsonIsCompared(String expected, String actual, String difference) throws Exception {
    String text = "# t\nGET /x\n---\n200\n\n" + expected.replace('\'', '"');
    Wire.Reply reply = reply(200, actual.replace('\'', '"'));
    if (difference.isEmpty()) {
      play(text, reply);
    } else {
      assertThatThrownBy(() -> play(text, reply))
          .isInstanceOf(Mismatch.class)
          .hasMessageContaining("line 2, GET /x: ")
          .hasMessageContaining(difference);
    }
  }

  @Test
  void aWrongStatusAndAWrongHeaderAreTold() {
    assertThatThrownBy(() -> play("# t\nGET /x\n---\n200\n", reply(500, "oops")))
        .hasMessage("line 2, GET /x: is answered 500; [200] is expected. oops");
    sent.clear();
    assertThatThrownBy(() -> play("# t\nGET /x\n---\n200\nETag: *\n", reply(200, "")))
        .hasMessageContaining("header ETag is []");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /x | comment",
        "# t | no request",
        "# t;GET x | METHOD and /path",
        "# t;GET /x | '---'",
        "# t;GET /x;---;ok | status",
        "# t;GET /x;---;200;;{ | no JSON"
      })
  void textThatIsNoDialogueIsRefusedWithItsLine(String text, String words) {
    assertThatThrownBy(() -> Dialogue.parse(text.replace(';', '\n')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line ")
        .hasMessageContaining(words);
  }
}
