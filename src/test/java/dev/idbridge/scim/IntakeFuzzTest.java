package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Requests of a fuzzer's choice, over a socket: whatever comes, the answer is below 500 and comes
 * soon, or the connection ends; and a well-formed request afterwards is answered.
 */
class IntakeFuzzTest {
  private static final String[] METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  private static final String[] PATHS = {
    "/Users", "/Groups", "/Users/1", "/Groups/1", "/Users?filter=", "/Groups?filter=",
    "/Users?sortBy=", "/Users?attributes=", "/Schemas/", "/", "/Bulk", "/.search"
  };

  private static IntakeServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new IntakeServer(EdgeSettings.plain());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @FuzzTest(maxDuration = "40s")
  void noRequestIsAnsweredWithAFailureOfOurs(FuzzedDataProvider data) throws Exception {
    BugDetectors.allowNetworkConnections();
    String method = data.pickValue(METHODS);
    String path = data.pickValue(PATHS);
    boolean inPath = data.consumeBoolean();
    byte[] bytes = data.consumeRemainingAsBytes();
    byte[] tail = inPath ? bytes : new byte[0];
    byte[] body = inPath ? new byte[0] : bytes;
    int status = send(method, path, tail, body);
    assertThat(status).isLessThan(500);
    if (status == 0) {
      assertThat(send("GET", "/Users?count=0", new byte[0], new byte[0])).isEqualTo(200);
    }
  }

  /** The status, 0 when the connection ended without one. */
  private static int send(String method, String path, byte[] tail, byte[] body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.setSoTimeout(20_000);
      var out = new java.io.ByteArrayOutputStream();
      out.write((method + " /scim/v2" + path).getBytes(StandardCharsets.US_ASCII));
      out.write(tail);
      out.write(
          (" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                  + MemoryDirectory.TOKEN
                  + "\r\nContent-Type: application/scim+json\r\nContent-Length: "
                  + body.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      socket.getOutputStream().write(out.toByteArray());
      InputStream in = socket.getInputStream();
      byte[] start = in.readNBytes(12);
      return start.length < 12
          ? 0
          : Integer.parseInt(new String(start, 9, 3, StandardCharsets.US_ASCII));
    } catch (java.net.SocketException e) {
      return 0;
    }
  }
}
