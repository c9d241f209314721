package dev.idbridge.admin;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Tokens;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.JitSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tokens and directories in memory, for tests of what stands above the store. */
public final class MemoryTokens implements Tokens, Directories {
  private final List<Token> tokens = new ArrayList<>();
  private final List<Directory> directories =
      new CopyOnWriteArrayList<>(
          List.of(new Directory(1, "default", "SCIM"), new Directory(2, "berlin", "SCIM")));
  private final Clock clock;
  private long next = 41;

  public MemoryTokens(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Optional<Token> verifyClient(String client, String secret, String address) {
    return Optional.empty();
  }

  @Override
  public Optional<Token> verifyClient(long id, String address) {
    return Optional.empty();
  }

  @Override
  public Created createClient(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    return create(directory, name, scope, expires, by);
  }

  @Override
  public Optional<Token> verify(String secret, String address) {
    return Optional.empty();
  }

  @Override
  public synchronized Created create(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    Token token =
        new Token(++next, directory, name, scope, clock.instant(), expires, null, null, null, null);
    tokens.add(token);
    return new Created(token, "secret-of-" + token.id());
  }

  @Override
  public Optional<Token> known(String secret) {
    return Optional.empty();
  }

  @Override
  public synchronized Optional<Created> rotate(
      long directory, long id, Duration overlap, @Nullable Instant expires, String by) {
    for (Token t : list(directory)) {
      if (t.id() == id && t.revoked() == null && t.replaced() == null) {
        Created made = create(directory, t.name(), t.scope(), expires, by);
        tokens.set(
            tokens.indexOf(t),
            new Token(
                id,
                directory,
                t.name(),
                t.scope(),
                t.created(),
                clock.instant().plus(overlap),
                null,
                t.lastUsed(),
                t.lastUsedFrom(),
                new Replaced(made.token().id(), clock.instant())));
        return Optional.of(made);
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized List<Token> list(long directory) {
    return tokens.stream().filter(t -> t.directory() == directory).toList();
  }

  @Override
  public synchronized boolean revoke(long directory, long id, String by) {
    for (Token t : list(directory)) {
      if (t.id() == id && t.revoked() == null) {
        tokens.set(
            tokens.indexOf(t),
            new Token(
                id,
                directory,
                t.name(),
                t.scope(),
                t.created(),
                t.expires(),
                clock.instant(),
                t.lastUsed(),
                t.lastUsedFrom(),
                t.replaced()));
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Directory> find(String name) {
    return list().stream().filter(d -> d.name().equals(name)).findFirst();
  }

  @Override
  public List<Directory> list() {
    return List.copyOf(directories);
  }

  @Override
  public synchronized Directory create(String name, String by) {
    if (find(name).isPresent()) {
      throw new Refused("there is a directory '" + name + "' already");
    }
    Directory made = new Directory(directories.size() + 1L, name, SCIM);
    directories.add(made);
    return made;
  }

  @Override
  public synchronized Switched mode(
      String name, String mode, @Nullable JitSettings jit, String by) {
    Directory before = find(name).orElseThrow();
    if (before.mode().equals(mode)) {
      throw new Refused("directory '" + name + "' is in mode " + mode + " already");
    }
    Directory after = new Directory(before.id(), name, mode, before.settings());
    directories.set(directories.indexOf(before), after);
    int revoked = 0;
    for (Token t : mode.equals(SCIM) ? List.<Token>of() : list(before.id())) {
      revoked += revoke(before.id(), t.id(), by) ? 1 : 0;
    }
    return new Switched(
        after,
        revoked,
        mode.equals(SCIM) ? create(before.id(), "idp", Scope.FULL, null, by) : null);
  }

  @Override
  public java.util.Map<Long, Instant> lastUsed() {
    return java.util.Map.of();
  }

  @Override
  public Contents contents(String name) {
    return new Contents(0, 0, list(find(name).orElseThrow().id()).size(), List.of());
  }

  @Override
  public synchronized void delete(String name, String by) {
    directories.remove(find(name).orElseThrow());
  }

  @Override
  public synchronized Directory set(String name, Map<String, String> settings, String by) {
    DirectorySettings after = find(name).orElseThrow().settings();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      after = after.with(setting.getKey(), setting.getValue());
    }
    return put(name, after);
  }

  @Override
  public void heard(String name, Dialect dialect) {
    put(name, find(name).orElseThrow().settings().heard(dialect));
  }

  private Directory put(String name, DirectorySettings settings) {
    Directory before = find(name).orElseThrow();
    Directory after = new Directory(before.id(), name, before.mode(), settings);
    directories.set(directories.indexOf(before), after);
    return after;
  }
}
