package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.StoreUnavailable;
import java.io.FileNotFoundException;
import java.net.BindException;
import java.net.SocketException;
import java.sql.SQLTransientConnectionException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

/** What people and systemd make of a start that fails. */
class StartTroubleWordsTest {

  @Test
  void whatMayBeGoneAtTheNextStartDoesNotBlameTheRoutes() {
    for (Exception cause :
        new Exception[] {
          new StoreUnavailable("the store went away"),
          new SQLTransientConnectionException("the pool is empty"),
          new BindException("Address already in use")
        }) {
      assertThat(CamelHost.passing(new RuntimeCamelException("start", new Exception(cause))))
          .isSameAs(cause);
    }
  }

  @Test
  void whatStandsInAFileDoesNotMendItself() {
    assertThat(CamelHost.passing(new RuntimeCamelException(new FileNotFoundException("a.yaml"))))
        .isNull();
    assertThat(CamelHost.passing(new IllegalArgumentException("no bean of this name"))).isNull();
  }

  @Test
  void aPortThatNeedsACapabilityIsToldFromATakenOne() {
    assertThat(CamelHost.advice("server", 443, new SocketException("Permission denied")))
        .contains("CAP_NET_BIND_SERVICE", "server.port")
        .doesNotContain("end what listens");
    assertThat(CamelHost.advice("server", 443, new BindException("Address already in use")))
        .startsWith("end what listens there");
    assertThat(CamelHost.advice("server", 8080, new SocketException("Permission denied")))
        .startsWith("end what listens there");
  }
}
