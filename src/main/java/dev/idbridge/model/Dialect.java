package dev.idbridge.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whose way of speaking SCIM a directory hears. */
public enum Dialect {
  /** By the RFCs, or nobody we know by name. */
  RFC("rfc"),
  OKTA("okta"),
  /** Microsoft Entra ID; earlier Azure AD. */
  ENTRA("entra"),
  ONELOGIN("onelogin"),
  AUTHENTIK("authentik"),
  JUMPCLOUD("jumpcloud"),
  SAILPOINT("sailpoint"),
  PINGONE("pingone"),
  KEYCLOAK("keycloak");

  private final String word;

  Dialect(String word) {
    this.word = word;
  }

  /** As it is stored, shown and set. */
  public String word() {
    return word;
  }

  /**
   * Whether {@code remove} with the path {@code members} and no value is likely meant: Entra ID
   * names the members it removes in a value that services reading by the RFC overlook, so one that
   * went missing on its way would empty the group.
   */
  public boolean meansToRemoveAll() {
    return this != ENTRA;
  }

  /** The dialect of this word, in lower case. */
  public static Optional<Dialect> of(String word) {
    return Arrays.stream(values()).filter(dialect -> dialect.word.equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Dialect::word).toList();
  }
}
