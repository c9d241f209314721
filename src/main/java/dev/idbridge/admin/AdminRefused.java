package dev.idbridge.admin;

import java.util.Collection;

/** A request that cannot be answered as it is; the text is for the operator. */
public final class AdminRefused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Kind kind;

  /** Why, as an HTTP status (RFC 9110 section 15.5). */
  public enum Kind {
    INVALID(400, "Bad request"),
    UNAUTHORIZED(401, "Not authorised"),
    NOT_FOUND(404, "Not found"),
    WRONG_METHOD(405, "Wrong method"),
    CONFLICT(409, "Conflict"),
    TOO_LARGE(413, "Too large");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    public int status() {
      return status;
    }

    public String title() {
      return title;
    }
  }

  public AdminRefused(Kind kind, String detail) {
    super(detail);
    this.kind = kind;
  }

  public static AdminRefused invalid(String detail) {
    return new AdminRefused(Kind.INVALID, detail);
  }

  public static AdminRefused notFound(String detail) {
    return new AdminRefused(Kind.NOT_FOUND, detail);
  }

  /** Of a name that no app has. */
  public static AdminRefused noApp(String name, Collection<String> there) {
    return notFound(
        "there is no app '"
            + name
            + "'; "
            + (there.isEmpty()
                ? "none is configured: an app is a file apps/NAME.yaml in the configuration folder"
                : "there is " + String.join(", ", there)));
  }

  public Kind kind() {
    return kind;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
