package dev.idbridge.scim;

import java.util.Locale;

/** What a request asks for, and which branch of the route works on it. */
enum Operation {
  CREATE("write"),
  REPLACE("write"),
  PATCH("write"),
  DELETE("write"),
  READ("read"),
  LIST("read"),
  SEARCH("read"),
  DISCOVER("discovery"),
  BULK("bulk");

  private final String kind;

  Operation(String kind) {
    this.kind = kind;
  }

  String kind() {
    return kind;
  }

  boolean isWrite() {
    return kind.equals("write");
  }

  boolean hasBody() {
    return this == CREATE || this == REPLACE || this == PATCH || this == SEARCH;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
