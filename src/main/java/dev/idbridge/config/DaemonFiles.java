package dev.idbridge.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a running daemon leaves in its data folder so that the command line finds it: {@code
 * daemon.json} (pid, admin URL) and {@code admin.token} (mode 0600, new at each start).
 */
public final class DaemonFiles {
  private static final String DAEMON = "daemon.json";
  private static final String TOKEN = "admin.token";
  private static final String LOCK = "daemon.lock";

  /** The kernel counts process starts in ticks, the clock may be stepped a little. */
  private static final Duration SAME_START = Duration.ofSeconds(3);

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path data;

  public DaemonFiles(Path data) {
    this.data = data;
  }

  /**
   * @param pid process of the daemon
   * @param started when that process started
   * @param adminUrl scheme, host and port of the admin API
   */
  public record Daemon(long pid, Instant started, String adminUrl) {
    /** Whether the process still runs; a later process with the same number does not count. */
    public boolean alive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(
              process ->
                  process
                      .info()
                      .startInstant()
                      .map(at -> Duration.between(at, started).abs().compareTo(SAME_START) <= 0)
                      .orElse(true))
          .orElse(false);
    }
  }

  /** The data folder is ours as long as this is open. */
  public record Claim(FileChannel channel, FileLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.release();
      channel.close();
    }
  }

  /**
   * Makes the data folder (mode 0700) and takes it for this process; empty when another process has
   * it.
   */
  public Optional<Claim> claim() throws IOException {
    Files.createDirectories(data, OWNER_FOLDER);
    FileChannel channel =
        FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held within this process: the same answer as held by another
    }
    if (lock == null) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new Claim(channel, lock));
  }

  /** Makes and stores a new admin token (mode 0600). */
  public String newToken() throws IOException {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    write(TOKEN, token + "\n");
    return token;
  }

  /** Tells the command line where this process answers. */
  public void publish(String adminUrl) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("pid", self.pid());
    json.put("started", self.info().startInstant().orElseThrow().toString());
    json.put("admin_url", adminUrl);
    write(DAEMON, json + "\n");
  }

  /** Removes what {@link #publish} and {@link #newToken} wrote. */
  public void withdraw() throws IOException {
    Files.deleteIfExists(data.resolve(DAEMON));
    Files.deleteIfExists(data.resolve(TOKEN));
  }

  /** What the last daemon published, also when it has ended; empty when there is nothing. */
  public Optional<Daemon> daemon() throws IOException {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readString(data.resolve(DAEMON)));
      long pid = json.path("pid").asLong();
      String url = json.path("admin_url").asText();
      Instant started = Instant.parse(json.path("started").asText());
      return pid > 0 ? Optional.of(new Daemon(pid, started, url)) : Optional.empty();
    } catch (AccessDeniedException e) {
      throw new IOException(
          data
              + " may only be read by the daemon's user; run this as root, or as that user: sudo -u "
              + owner().orElse("idbridge")
              + " idbridge ...",
          e);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException | java.time.DateTimeException e) {
      throw new IOException(data.resolve(DAEMON) + " is damaged; delete it", e);
    }
  }

  /** Whose the data folder is; empty when it is not there, or nobody can tell. */
  public Optional<String> owner() {
    try {
      return Optional.of(Files.getOwner(data).getName());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** The daemon's admin token; the error says what to do when it is not ours to read. */
  public String token() throws IOException {
    Path file = data.resolve(TOKEN);
    try {
      return Files.readString(file).strip();
    } catch (AccessDeniedException e) {
      throw new IOException(
          file + " may only be read by the daemon's user; run this as that user or as root", e);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is not there; restart the daemon", e);
    }
  }

  private void write(String name, String content) throws IOException {
    Path fresh =
        Files.createTempFile(data, name, ".new", PosixFilePermissions.asFileAttribute(OWNER));
    Files.writeString(fresh, content);
    Files.move(
        fresh,
        data.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
