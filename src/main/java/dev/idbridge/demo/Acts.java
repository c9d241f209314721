package dev.idbridge.demo;

import dev.idbridge.dialogue.Dialogue;
import dev.idbridge.dialogue.Mismatch;
import dev.idbridge.dialogue.Player;
import dev.idbridge.dialogue.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What one client's administrator can do: dialogues, as files beside this class. */
final class Acts {
  private final Player player;
  private final String client;

  /**
   * @param client the folder of its files
   */
  Acts(Wire wire, String base, String token, String client) {
    this.player = new Player(wire, base, token);
    this.client = client;
  }

  /**
   * Plays one act that makes something.
   *
   * @param what the name under which its id is captured
   */
  String make(String what, String act, String... known) throws DemoFailed {
    String id = play(act, known).get(what);
    if (id == null) {
      throw new DemoFailed(client + "/" + act + ".http captures no " + what);
    }
    return id;
  }

  /**
   * Plays one act.
   *
   * @param known names and values, one after the other
   * @return what is known afterwards
   * @throws DemoFailed at the first answer that is not as the file says
   */
  Map<String, String> play(String act, String... known) throws DemoFailed {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < known.length; i += 2) {
      values.put(known[i], known[i + 1]);
    }
    String file = client + "/" + act + ".http";
    try (InputStream text = Acts.class.getResourceAsStream(file)) {
      if (text == null) {
        throw new DemoFailed("the demo has no file " + file);
      }
      return player.play(
          Dialogue.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8)), values);
    } catch (Mismatch e) {
      throw new DemoFailed(file + ", " + e.getMessage());
    } catch (IOException e) {
      throw new DemoFailed(file + " got no answer: " + e.getMessage());
    }
  }
}
