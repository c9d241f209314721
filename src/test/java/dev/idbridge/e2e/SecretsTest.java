package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.idbridge.store.DatabaseKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What may never stand in a log, and what must. */
class SecretsTest {
  @TempDir Path folder;

  @Test
  void noSecretAndNoBodyIsLoggedAndEveryTroubleNamesItsRequest() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("dev.idbridge");
    Level before = ours.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    ours.setLevel(Level.TRACE);
    String token;
    try (Bridge bridge = new Bridge(DatabaseKind.H2, folder, Map.of())) {
      ScimHttp idp = bridge.scim;
      token = idp.token;
      String id = idp.user("ada");
      for (String body :
          List.of(
              "{'userName':'secret-body-1','password':'hunter2'}",
              "{'userName':'secret-body-2','password':7}",
              "{'secret-body-3",
              "{'userName':'ada','password': hunter2}",
              "{'userName':'ada','password':'x','hunter2':1,'hunter2':2}",
              "{'userName':'ada','title':'secret-body-4'}")) {
        assertThat(idp.send("POST", "/Users", body, "X-Request-Id", "req-body").raw().body())
            .doesNotContain("hunter2");
      }
      idp.send("PUT", "/Users/" + id, "{'userName':'ada','password':'hunter2'}");
      idp.patch("/Users/" + id, "{'op':'replace','path':'password','value':'hunter2'}");
      idp.send(
          "POST",
          "/Bulk",
          "{'Operations':[{'method':'POST','path':'/Users','bulkId':'a',"
              + "'data':{'userName':'secret-body-5','password':'hunter2'}},{'method':'secret-body-6'}]}");
      idp.send("GET", "/Users", (String) null, "Authorization", "Bearer wrong-secret-7");
      idp.send("GET", "/Users?filter=secret-body-8", (String) null);
      idp.send("GET", "/Users", (String) null, "X-Request-Id", "bad id\u00e9");
      assertThat(bridge.rows("SELECT reason FROM sync_log"))
          .isNotEmpty()
          .noneMatch(reason -> reason.contains("hunter2"));
    } finally {
      root.detachAppender(log);
      ours.setLevel(before);
    }
    String all =
        log.list.stream()
            .map(e -> e.getLoggerName() + " " + e.getFormattedMessage() + " " + stack(e))
            .collect(Collectors.joining("\n"));
    assertThat(all)
        .doesNotContain("hunter2", "secret-body", "wrong-secret", token)
        .doesNotContain(token.substring(5, 20));
  }

  private static String stack(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  @Test
  void theIdOfARequestIsReturnedAndKeptInTheChangeRecordAndStandsInTheLog() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("dev.idbridge.scim");
    Level before = ours.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    ours.setLevel(Level.DEBUG);
    try (Bridge bridge = new Bridge(DatabaseKind.H2, folder, Map.of())) {
      ScimHttp.Answer created =
          bridge.scim.send("POST", "/Users", "{'userName':'traced'}", "X-Request-Id", "trace-42");
      assertThat(created.header("X-Request-Id")).isEqualTo("trace-42");
      assertThat(bridge.rows("SELECT request_id FROM change_record WHERE resource_type = 'User'"))
          .containsExactly("trace-42");
      Wait.until(
          java.time.Duration.ofSeconds(10),
          () ->
              assertThat(
                      log.list.stream().map(e -> e.getFormattedMessage() + e.getMDCPropertyMap()))
                  .anyMatch(line -> line.contains("trace-42") && line.contains("201")));
    } finally {
      root.detachAppender(log);
      ours.setLevel(before);
    }
    assertThat(java.nio.file.Files.readString(Path.of("src/main/resources/logback.xml")))
        .as("the daemon's log shows what the steps set")
        .contains("%X{request_id}");
  }
}
