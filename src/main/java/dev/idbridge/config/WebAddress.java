package dev.idbridge.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with a URL, a base path or a network, if anything; no name is looked up. */
final class WebAddress {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern PATH = Pattern.compile("(/(\\{directory}|[A-Za-z0-9._~-]+))+");

  private WebAddress() {}

  static String withoutSlash(String text) {
    return text.length() > 1 && text.endsWith("/")
        ? withoutSlash(text.substring(0, text.length() - 1))
        : text;
  }

  static Optional<String> problem(String url) {
    String wanted =
        "is '" + url + "', must be what IdPs call us by, such as https://id.example.com";
    try {
      URI uri = new URI(url);
      boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      boolean bare =
          uri.getQuery() == null && uri.getFragment() == null && uri.getUserInfo() == null;
      return http && bare && uri.getHost() != null ? Optional.empty() : Optional.of(wanted);
    } catch (URISyntaxException e) {
      return Optional.of(wanted);
    }
  }

  static Optional<String> pathProblem(String path) {
    return PATH.matcher(path).matches()
        ? Optional.empty()
        : Optional.of("has '" + path + "', must be a path such as /api/v1/scim/{directory}/v2");
  }

  static Optional<String> networkProblem(String network) {
    String wanted = "has '" + network + "', must be an address or block such as 10.0.0.0/8 or ::1";
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    if (!LITERAL.matcher(address).matches()) {
      return Optional.of(wanted);
    }
    try {
      int bits = InetAddress.getByName(address).getAddress().length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(network.substring(slash + 1));
      boolean whole = address.contains(":") || address.chars().filter(c -> c == '.').count() == 3;
      return whole && prefix >= 0 && prefix <= bits ? Optional.empty() : Optional.of(wanted);
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.of(wanted);
    }
  }
}
