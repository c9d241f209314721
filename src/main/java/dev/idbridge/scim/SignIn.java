package dev.idbridge.scim;

import dev.idbridge.directory.Directories.Directory;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One sign-in of a user on its way through the steps; one step works on it at a time. */
final class SignIn {
  private static final String PROPERTY = "signIn";

  final Inbound in;
  final String directoryName;
  private @Nullable Proved proved;

  /**
   * What the ID token proved.
   *
   * @param claims of a token that was checked
   */
  record Proved(Directory directory, Map<String, Object> claims) {}

  private SignIn(Inbound in, String directoryName) {
    this.in = in;
    this.directoryName = directoryName;
  }

  static void begin(Exchange exchange, Inbound in, String directoryName) {
    exchange.setProperty(PROPERTY, new SignIn(in, directoryName));
  }

  static SignIn of(Exchange exchange) {
    SignIn signIn = exchange.getProperty(PROPERTY, SignIn.class);
    if (signIn == null) {
      throw new IllegalStateException("jitReceive is not the first step of the route");
    }
    return signIn;
  }

  void proved(Directory directory, Map<String, Object> claims) {
    proved = new Proved(directory, claims);
  }

  Proved proved() {
    if (proved == null) {
      throw new IllegalStateException("jitAuthenticate is missing before this step of the route");
    }
    return proved;
  }
}
