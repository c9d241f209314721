package dev.idbridge.scim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How often each token may ask. Tokens are known by what the first request that proved one sent;
 * whoever has not proved anything yet is counted by address, so that strangers cannot use up the
 * share of an identity provider. Thread-safe; nothing is kept about tokens that are quiet.
 */
final class RateLimit {
  private static final int MOST = 10_000;

  private final long interval;
  private final long tolerance;
  private final long patience;

  /** When a token's requests so far are paid off, by the monotonic clock. */
  private final Map<String, AtomicLong> paidAt = new ConcurrentHashMap<>();

  private final Map<String, String> proved = new ConcurrentHashMap<>();

  RateLimit(EdgeSettings.Limits limits) {
    this.interval = Math.max(1, TimeUnit.SECONDS.toNanos(1) / limits.rate());
    this.tolerance = interval * (limits.burst() - 1L);
    this.patience = limits.patience().toNanos();
  }

  /**
   * @param nanos to wait before the request may go on; negative when it is refused
   * @param retryAfterSeconds what to tell a client that is refused, at least 1
   */
  record Turn(long nanos, long retryAfterSeconds) {
    boolean refused() {
      return nanos < 0;
    }
  }

  /** From now on this value of the Authorization header counts as this token. */
  void prove(String authorization, long token) {
    if (proved.size() >= MOST) {
      proved.clear();
    }
    proved.putIfAbsent(hash(authorization), "token " + token);
  }

  /** Who a request counts as. */
  String caller(@Nullable String authorization, String address) {
    String token = authorization == null ? null : proved.get(hash(authorization));
    return token == null ? "address " + address : token;
  }

  /** Whether such a caller has proved a token. */
  static boolean isToken(String caller) {
    return caller.startsWith("token ");
  }

  /** Takes one turn, or none when it would have to wait too long. */
  Turn take(String caller, long now) {
    AtomicLong paid = of(caller, now);
    while (true) {
      long before = paid.get();
      long from = Math.max(before, now);
      long wait = Math.max(0, before - tolerance - now);
      if (wait > patience) {
        return new Turn(-1, 1 + TimeUnit.NANOSECONDS.toSeconds(wait - patience));
      }
      if (paid.compareAndSet(before, from + interval)) {
        return new Turn(wait, 0);
      }
    }
  }

  /** Charges for work that one request brought along; later requests wait for it. */
  void charge(long token, int turns, long now) {
    of("token " + token, now).updateAndGet(paid -> Math.max(paid, now) + interval * turns);
  }

  private AtomicLong of(String caller, long now) {
    if (paidAt.size() >= MOST) {
      paidAt.values().removeIf(paid -> paid.get() - now <= 0);
    }
    return paidAt.computeIfAbsent(caller, c -> new AtomicLong(now));
  }

  private static String hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
