package dev.idbridge.config;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of its owner's alone, made for one run and thrown away with it. */
public final class ScratchFolder {
  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  /** A new folder where temporary files go. */
  public static ScratchFolder make(String prefix) throws IOException {
    return new ScratchFolder(
        Files.createTempDirectory(
            prefix,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
  }

  public Path path() {
    return path;
  }

  /** Writes a file, with the folders above it. */
  public void write(String name, String content) throws IOException {
    Path file = path.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** A file that a process writes to, at its end. */
  public Redirect log(String name) {
    return Redirect.appendTo(path.resolve(name).toFile());
  }

  /** The last lines of a file, none when it is not there. */
  public List<String> tail(String name, int most) throws IOException {
    try {
      List<String> lines = Files.readAllLines(path.resolve(name), StandardCharsets.UTF_8);
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Deletes the folder with all that it holds; what somebody deletes meanwhile is no trouble. */
  public void delete() throws IOException {
    try (Stream<Path> inside = Files.walk(path)) {
      for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
