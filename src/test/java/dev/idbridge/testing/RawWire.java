package dev.idbridge.testing;

import dev.idbridge.dialogue.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** HTTP/1.1 byte by byte: what stands in a dialogue is sent as it stands, raw quotes included. */
public final class RawWire implements Wire {
  private final URI base;

  public RawWire(String base) {
    this.base = URI.create(base);
  }

  @Override
  public Reply send(Sent request) throws IOException {
    byte[] body =
        request.body() == null ? new byte[0] : request.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(
        "%s %s HTTP/1.1\r\n"
            .formatted(
                request.method(),
                request.target().startsWith("//")
                    ? request.target().substring(1)
                    : base.getRawPath() + request.target()));
    head.append("Host: %s\r\nConnection: close\r\n".formatted(base.getRawAuthority()));
    request.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (request.body() != null) {
      head.append("Content-Length: " + body.length + "\r\n");
    }
    head.append("\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      return reply(new BufferedInputStream(socket.getInputStream()));
    }
  }

  private static Reply reply(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).split(" ")[1]);
    Map<String, List<String>> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] header = line.split(":", 2);
      headers
          .computeIfAbsent(header[0].toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(header[1].strip());
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
      for (int size = size(in); size > 0; size = size(in)) {
        body.write(in.readNBytes(size));
        line(in);
      }
    } else if (status != 204 && status != 304) {
      in.transferTo(body);
    }
    return new Reply(status, headers, body.toString(StandardCharsets.UTF_8));
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ended after: " + line.toString(StandardCharsets.UTF_8));
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
