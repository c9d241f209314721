package dev.idbridge.crash;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Halves the start of daemons that are started again and again: the JVM keeps what it read of the
 * class path in a file when the first of them ends in peace, and the others map that file. The JVM
 * wants jars for it, so folders of the class path are packed.
 */
final class ClassArchive {
  private static @Nullable ClassArchive shared;

  private final Path file;
  private final String classPath;

  private ClassArchive() throws IOException {
    Path folder = Files.createTempDirectory("idbridge-classes");
    file = folder.resolve("archive.jsa");
    List<String> parts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(part);
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve(parts.size() + ".jar");
        pack(path, jar);
        parts.add(jar.toString());
      } else {
        parts.add(part);
      }
    }
    classPath = String.join(File.pathSeparator, parts);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
  }

  /** The one of this JVM. */
  static synchronized ClassArchive shared() throws IOException {
    if (shared == null) {
      shared = new ClassArchive();
    }
    return shared;
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (Stream<Path> all = Files.walk(folder);
        OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.setLevel(0);
      for (Path path : all.sorted().toList()) {
        String name = folder.relativize(path).toString().replace(File.separatorChar, '/');
        if (!name.isEmpty()) {
          boolean inner = Files.isDirectory(path);
          entries.putNextEntry(new JarEntry(inner ? name + "/" : name));
          if (!inner) {
            Files.copy(path, entries);
          }
          entries.closeEntry();
        }
      }
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        Files.delete(path);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a daemon has ended in peace yet. */
  boolean there() {
    return Files.exists(file);
  }

  /** Options of the JVM, class path included. */
  List<String> options() {
    return List.of(
        "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + file, "-cp", classPath);
  }
}
