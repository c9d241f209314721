package dev.idbridge.scim;

import dev.idbridge.directory.Search.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors (RFC 9865): a place in the answer to one question of one directory, sealed so that it
 * tells nothing and cannot be made up, and good for a limited time. Nothing is kept for them here.
 * Thread-safe.
 */
final class Cursors {
  private static final int VERSION = 1;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int MOST = 4096;

  private final SecretKey key;
  private final Duration life;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param key 32 bytes, the same on every node
   * @param life how long a cursor is good
   */
  Cursors(byte[] key, Duration life, Clock clock) {
    this.key = new SecretKeySpec(key, "AES");
    this.life = life;
    this.clock = clock;
  }

  /**
   * What a cursor says.
   *
   * @param back whether the page ends before the place
   * @param total how many there were on the first page
   * @param count resources in a page
   */
  record Place(Position position, boolean back, long total, int count) {}

  /**
   * @param question what the cursor is bound to: no other question takes it
   */
  String seal(String question, Place place) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(clock.millis());
      out.writeInt(place.position().run());
      out.writeLong(place.position().id());
      out.writeBoolean(place.back());
      out.writeLong(place.total());
      out.writeInt(place.count());
      String text = place.position().key();
      out.writeBoolean(text != null);
      out.write(text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, question).doFinal(bytes.toByteArray());
      byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt", e);
    }
  }

  /**
   * @throws Refusal 400 {@code invalidCursor} for a cursor that was not given out for this
   *     question, {@code expiredCursor} for one that was, too long ago
   */
  Place open(String question, String cursor) throws Refusal {
    if (cursor.length() > MOST) {
      throw invalid();
    }
    try {
      byte[] whole = Base64.getUrlDecoder().decode(cursor);
      if (whole.length <= NONCE) {
        throw invalid();
      }
      byte[] nonce = Arrays.copyOf(whole, NONCE);
      return read(
          cipher(Cipher.DECRYPT_MODE, nonce, question).doFinal(whole, NONCE, whole.length - NONCE));
    } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
      throw invalid();
    }
  }

  private Place read(byte[] bytes) throws IOException, Refusal {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw invalid();
      }
      if (clock.millis() - in.readLong() > life.toMillis()) {
        throw new Refusal(
            400, "expiredCursor", "the cursor has expired; begin with the first page", Map.of());
      }
      int run = in.readInt();
      long id = in.readLong();
      boolean back = in.readBoolean();
      long total = in.readLong();
      int count = in.readInt();
      boolean keyed = in.readBoolean();
      byte[] text = in.readAllBytes();
      String sortedBy = keyed ? new String(text, StandardCharsets.UTF_8) : null;
      return new Place(new Position(run, sortedBy, id), back, total, count);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String question) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(question.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static Refusal invalid() {
    return new Refusal(
        400,
        "invalidCursor",
        "the cursor is not one of this query; repeat the query it came from, or begin with the"
            + " first page",
        Map.of());
  }
}
