package dev.idbridge.model;

/**
 * A change that cannot be made as asked. Nothing of it is stored. The text goes to the IdP's
 * administrator: it says what happened to which thing, why, and what to do.
 */
public final class ChangeRefused extends Exception {
  private static final long serialVersionUID = 1;

  /** Why; each maps to one HTTP status and {@code scimType} (RFC 7644 section 3.12). */
  public enum Reason {
    /** 404: the resource does not exist in this directory, or was deleted. */
    NOT_FOUND(404, ""),
    /** 409: a unique attribute's value is taken. */
    UNIQUENESS(409, "uniqueness"),
    /** 400: a value does not fit its attribute. */
    INVALID_VALUE(400, "invalidValue"),
    /** 400: a read-only or immutable attribute would change. */
    MUTABILITY(400, "mutability"),
    /** 400: a path names nothing that exists. */
    NO_TARGET(400, "noTarget"),
    /** 400: a path cannot be understood. */
    INVALID_PATH(400, "invalidPath"),
    /** 400: the body is not what the operation asks for. */
    INVALID_SYNTAX(400, "invalidSyntax"),
    /** 400: a filter cannot be understood or answered. */
    INVALID_FILTER(400, "invalidFilter"),
    /** 400: to answer a query, more would have to be looked at than the settings allow. */
    TOO_MANY(400, "tooMany"),
    /** 413: one request asks for more work than one request may. */
    TOO_LARGE(413, ""),
    /** 412: the resource's version is not the one the client named. */
    PRECONDITION(412, "");

    private final int status;
    private final String scimType;

    Reason(int status, String scimType) {
      this.status = status;
      this.scimType = scimType;
    }

    public int status() {
      return status;
    }

    /** The {@code scimType} word, or empty when the RFC gives none for this status. */
    public String scimType() {
      return scimType;
    }
  }

  private final Reason reason;

  public ChangeRefused(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /**
   * A veto: the change is well-formed, and not wanted here. With this constructor a route file
   * refuses changes without a line of Java ({@code throwException}).
   */
  public ChangeRefused(String detail) {
    this(Reason.MUTABILITY, detail);
  }

  public Reason reason() {
    return reason;
  }

  /** The text for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
