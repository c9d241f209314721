package dev.idbridge.config;

import dev.idbridge.config.BridgeConfig.Authentication;
import dev.idbridge.config.BridgeConfig.Delivery;
import dev.idbridge.config.BridgeConfig.Limits;
import dev.idbridge.config.BridgeConfig.Management;
import dev.idbridge.config.BridgeConfig.Retention;
import dev.idbridge.config.BridgeConfig.Retry;
import dev.idbridge.config.BridgeConfig.Scim;
import dev.idbridge.config.BridgeConfig.Server;
import dev.idbridge.config.BridgeConfig.Store;
import dev.idbridge.config.BridgeConfig.Tls;
import dev.idbridge.model.schema.ScimSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code idbridge.yaml}; every default stands here. */
final class BridgeReader {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Section top;
  private final References references;

  BridgeReader(Section top, References references) {
    this.top = top;
    this.references = references;
  }

  BridgeConfig read(Places places, List<AppConfig> apps) {
    Server server = server(top.section("server"));
    Section m = top.section("management");
    Management management = management(m);
    if (management.port() != 0 && management.port() == server.port()) {
      m.problem("port", "is server.port too; give each a port of its own");
    }
    return new BridgeConfig(
        places.conf(),
        places.data(),
        places.routes(),
        server,
        authentication(top.section("authentication")),
        scim(top.section("scim")),
        management,
        store(top.section("store"), places),
        delivery(top.section("delivery")),
        retention(top.section("retention")),
        ScimSchema.STANDARD,
        apps);
  }

  private static Server server(Section s) {
    String host = s.text("host", "127.0.0.1");
    int port = s.integer("port", 8080, 0, 65_535);
    String publicUrl = s.text("public-url");
    if (publicUrl != null) {
      WebAddress.problem(publicUrl).ifPresent(p -> s.problem("public-url", p));
      publicUrl = WebAddress.withoutSlash(publicUrl);
    }
    List<String> basePaths = s.list("base-paths").stream().map(WebAddress::withoutSlash).toList();
    for (String path : basePaths) {
      WebAddress.pathProblem(path).ifPresent(p -> s.problem("base-paths", p));
    }
    List<String> proxies = s.list("trusted-proxies");
    for (String proxy : proxies) {
      WebAddress.networkProblem(proxy).ifPresent(p -> s.problem("trusted-proxies", p));
    }
    return new Server(
        host,
        port,
        publicUrl,
        basePaths,
        proxies,
        tls(s.section("tls")),
        limits(s.section("limits")));
  }

  private static @Nullable Tls tls(Section s) {
    String certificate = s.text("certificate");
    String key = s.text("key");
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      String missing = certificate == null ? "certificate" : "key";
      s.problem(missing, "is missing; TLS needs both server.tls.certificate and server.tls.key");
      return null;
    }
    Tls tls = new Tls(Path.of(certificate), Path.of(key));
    try {
      TlsKeys.read(tls);
    } catch (TlsKeys.Unusable e) {
      s.problem(e.setting(), String.valueOf(e.getMessage()));
    }
    return tls;
  }

  private static Limits limits(Section s) {
    int body = s.integer("body", 16 * MEBIBYTE, 64 * 1024, 256 * MEBIBYTE);
    int rate = s.integer("rate", 500, 1, 1_000_000);
    int burst = s.integer("burst", 1_000, 1, 1_000_000);
    Duration patience =
        s.duration("patience", Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(30));
    int operations = s.integer("bulk-operations", 1_000, 1, 100_000);
    int bulkBody = s.integer("bulk-body", MEBIBYTE, 1024, 256 * MEBIBYTE);
    Duration deadline =
        s.duration("deadline", Duration.ofSeconds(50), SECOND, Duration.ofMinutes(10));
    if (bulkBody > body) {
      s.problem("bulk-body", "is larger than server.limits.body; make it smaller");
    }
    return new Limits(body, rate, burst, patience, operations, bulkBody, deadline);
  }

  private static Authentication authentication(Section s) {
    return new Authentication(
        s.flag("oauth", false),
        s.duration(
            "access-token-life",
            Duration.ofMinutes(15),
            Duration.ofMinutes(1),
            Duration.ofHours(12)),
        s.flag("basic", false));
  }

  private static Scim scim(Section s) {
    return new Scim(
        s.list("filterable"),
        s.integer("scan-limit", 200_000, 0, 100_000_000),
        s.duration("cursor-life", Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofDays(7)));
  }

  private static Management management(Section s) {
    return new Management(s.text("host", "127.0.0.1"), s.integer("port", 9876, 0, 65_535));
  }

  private Store store(Section s, Places places) {
    String url = s.text("url", "jdbc:h2:file:${data}/idbridge");
    StoreUrl.problem(url).ifPresent(p -> s.problem("url", p));
    url = url.replace("${data}", places.data().toAbsolutePath().normalize().toString());
    int pool = s.integer("pool", 16, 2, 500);
    Duration startWait =
        s.duration("start-wait", Duration.ofMinutes(2), Duration.ZERO, Duration.ofHours(1));
    return new Store(
        resolved(s, "url", url), secret(s, "user"), secret(s, "password"), pool, startWait);
  }

  private @Nullable String secret(Section s, String key) {
    String value = s.text(key);
    return value == null ? null : resolved(s, key, value);
  }

  private String resolved(Section s, String key, String value) {
    try {
      return references.resolve(value);
    } catch (References.Unresolved e) {
      s.problem(key, String.valueOf(e.getMessage()));
      return value;
    }
  }

  private static Delivery delivery(Section s) {
    int workers = s.integer("workers", 64, 1, 10_000);
    Duration lease =
        s.duration("lease", Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMinutes(15));
    Section r = s.section("retry");
    Duration first = r.duration("first", Duration.ofSeconds(5), SECOND, Duration.ofDays(1));
    Duration max = r.duration("max", Duration.ofHours(6), SECOND, Duration.ofDays(7));
    Duration keep = r.duration("keep", Duration.ofDays(28), Duration.ofMinutes(1), LONGEST);
    if (first.compareTo(max) > 0) {
      r.problem("first", "is longer than delivery.retry.max; make it shorter");
    }
    if (max.compareTo(keep) > 0) {
      r.problem("max", "is longer than delivery.retry.keep; make it shorter");
    }
    return new Delivery(workers, lease, new Retry(first, max, keep));
  }

  private static Retention retention(Section s) {
    Duration day = Duration.ofDays(1);
    return new Retention(
        s.duration("sync-log", Duration.ofDays(90), day, LONGEST),
        s.duration("changes", Duration.ofDays(400), day, LONGEST));
  }
}
