package dev.idbridge.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network of its own for a process, tied to this one by a cable that can be pulled: from then on
 * packets get lost without a word, as when a switch dies. Linux only, and only where network
 * namespaces may be made.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final String cable;
  private final String net;

  private NetworkNamespace(int number) {
    long pid = ProcessHandle.current().pid();
    this.name = "idb" + pid + "-" + number;
    this.cable = "ib" + pid + "v" + number;
    this.net = "10." + (200 + number % 50) + "." + pid % 250 + ".";
  }

  /** Why none can be made here; empty when one can. */
  public static Optional<String> refusal() {
    String probe = "idbprobe" + ProcessHandle.current().pid();
    String link = "ip" + ProcessHandle.current().pid();
    String said = said("ip", "netns", "add", probe);
    if (said == null) {
      said = said("ip", "link", "add", link, "type", "veth", "peer", "name", link + "p");
      if (said == null) {
        said = said("ip", "link", "del", link);
      }
      run("ip", "netns", "del", probe);
    }
    return Optional.ofNullable(said)
        .map(why -> "network namespaces cannot be made here: " + why.strip());
  }

  /** Made and connected. */
  public static NetworkNamespace make() {
    NetworkNamespace made = new NetworkNamespace(COUNT.incrementAndGet());
    run("ip", "netns", "add", made.name);
    String far = made.cable + "p";
    run("ip", "link", "add", made.cable, "type", "veth", "peer", "name", far);
    run("ip", "link", "set", far, "netns", made.name);
    run("ip", "addr", "add", made.near() + "/24", "dev", made.cable);
    run("ip", "link", "set", made.cable, "up");
    made.within("ip", "addr", "add", made.far() + "/24", "dev", far);
    made.within("ip", "link", "set", far, "up");
    made.within("ip", "link", "set", "lo", "up");
    return made;
  }

  /** Words before a command that is to run in it. */
  public List<String> prefix() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Address of this side of the cable. */
  public String near() {
    return net + "1";
  }

  /** Address of what runs within. */
  public String far() {
    return net + "2";
  }

  /** {@link #near}, to listen at. */
  public InetAddress address() {
    try {
      return InetAddress.getByName(near());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pulls the cable, or puts it back. */
  public void cut(boolean cut) {
    run("ip", "link", "set", cable, cut ? "down" : "up");
  }

  private void within(String... command) {
    List<String> all = new ArrayList<>(prefix());
    all.addAll(List.of(command));
    run(all.toArray(String[]::new));
  }

  private static void run(String... command) {
    String said = said(command);
    if (said != null) {
      throw new IllegalStateException(String.join(" ", command) + ": " + said);
    }
  }

  /** What a command that failed said, or null. */
  private static String said(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      return code == 0 ? null : said.isEmpty() ? "exit code " + code : said;
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** What runs within has ended by then. */
  @Override
  public void close() {
    run("ip", "netns", "del", name);
  }
}
