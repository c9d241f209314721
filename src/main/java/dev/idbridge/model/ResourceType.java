package dev.idbridge.model;

/** The two SCIM resource types (RFC 7643 section 4) that a directory holds. */
public enum ResourceType {
  USER("User", "Users", "urn:ietf:params:scim:schemas:core:2.0:User"),
  GROUP("Group", "Groups", "urn:ietf:params:scim:schemas:core:2.0:Group");

  private final String word;
  private final String endpoint;
  private final String schema;

  ResourceType(String word, String endpoint, String schema) {
    this.word = word;
    this.endpoint = endpoint;
    this.schema = schema;
  }

  /** {@code meta.resourceType} and the value stored in tables: {@code User} or {@code Group}. */
  public String word() {
    return word;
  }

  /** The last part of the endpoint's path: {@code Users} or {@code Groups}. */
  public String endpoint() {
    return endpoint;
  }

  /** URN of the core schema. */
  public String schema() {
    return schema;
  }

  /**
   * The type a stored word names.
   *
   * @throws IllegalArgumentException when it names none
   */
  public static ResourceType of(String word) {
    for (ResourceType type : values()) {
      if (type.word.equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no resource type");
  }
}
