package dev.idbridge.model.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attribute with its characteristics (RFC 7643 section 2.2 and 7). Immutable; the {@code with}
 * style methods give changed copies, so that a table reads as sentences.
 *
 * @param name as the schema spells it; compared without case
 * @param required whether a resource without it is refused
 * @param caseExact whether values that differ in case only are different
 * @param canonicalValues suggested values; others are accepted
 * @param referenceTypes what a {@link Type#REFERENCE} may point to
 * @param subAttributes of a {@link Type#COMPLEX} attribute, else empty
 */
public record AttributeDef(
    String name,
    Type type,
    boolean multiValued,
    boolean required,
    boolean caseExact,
    Mutability mutability,
    Returned returned,
    Uniqueness uniqueness,
    String description,
    List<String> canonicalValues,
    List<String> referenceTypes,
    List<AttributeDef> subAttributes) {

  /** Data types of RFC 7643 section 2.3. */
  public enum Type {
    STRING("string"),
    BOOLEAN("boolean"),
    DECIMAL("decimal"),
    INTEGER("integer"),
    DATE_TIME("dateTime"),
    BINARY("binary"),
    REFERENCE("reference"),
    COMPLEX("complex");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Who may write it, and when. */
  public enum Mutability {
    READ_WRITE("readWrite"),
    READ_ONLY("readOnly"),
    IMMUTABLE("immutable"),
    WRITE_ONLY("writeOnly");

    private final String word;

    Mutability(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** When an answer carries it. */
  public enum Returned {
    ALWAYS("always"),
    DEFAULT("default"),
    REQUEST("request"),
    NEVER("never");

    private final String word;

    Returned(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Within what a value may occur once. */
  public enum Uniqueness {
    NONE("none"),
    SERVER("server"),
    GLOBAL("global");

    private final String word;

    Uniqueness(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public AttributeDef {
    canonicalValues = List.copyOf(canonicalValues);
    referenceTypes = List.copyOf(referenceTypes);
    subAttributes = List.copyOf(subAttributes);
  }

  /** A single-valued attribute with the defaults of RFC 7643 section 2.2. */
  public static AttributeDef of(String name, Type type, String description) {
    return new AttributeDef(
        name,
        type,
        false,
        false,
        false,
        Mutability.READ_WRITE,
        Returned.DEFAULT,
        Uniqueness.NONE,
        description,
        List.of(),
        List.of(),
        List.of());
  }

  public static AttributeDef string(String name, String description) {
    return of(name, Type.STRING, description);
  }

  public static AttributeDef bool(String name, String description) {
    return of(name, Type.BOOLEAN, description);
  }

  public static AttributeDef reference(String name, String description, String... targets) {
    return of(name, Type.REFERENCE, description).exact().values(List.of(), List.of(targets));
  }

  public static AttributeDef complex(String name, String description, AttributeDef... subs) {
    AttributeDef plain = of(name, Type.COMPLEX, description);
    return plain.copy(plain.multiValued, plain.required, plain.caseExact, List.of(subs));
  }

  public AttributeDef many() {
    return copy(true, required, caseExact, subAttributes);
  }

  public AttributeDef mandatory() {
    return copy(multiValued, true, caseExact, subAttributes);
  }

  public AttributeDef exact() {
    return copy(multiValued, required, true, subAttributes);
  }

  public AttributeDef suggest(String... words) {
    return values(List.of(words), referenceTypes);
  }

  public AttributeDef when(Mutability written, Returned shown) {
    return new AttributeDef(
        name,
        type,
        multiValued,
        required,
        caseExact,
        written,
        shown,
        uniqueness,
        description,
        canonicalValues,
        referenceTypes,
        subAttributes);
  }

  public AttributeDef readOnly() {
    return when(Mutability.READ_ONLY, returned);
  }

  public AttributeDef immutable() {
    return when(Mutability.IMMUTABLE, returned);
  }

  public AttributeDef unique() {
    return new AttributeDef(
        name,
        type,
        multiValued,
        required,
        caseExact,
        mutability,
        returned,
        Uniqueness.SERVER,
        description,
        canonicalValues,
        referenceTypes,
        subAttributes);
  }

  private AttributeDef copy(
      boolean many, boolean must, boolean exactCase, List<AttributeDef> subs) {
    return new AttributeDef(
        name,
        type,
        many,
        must,
        exactCase,
        mutability,
        returned,
        uniqueness,
        description,
        canonicalValues,
        referenceTypes,
        subs);
  }

  private AttributeDef values(List<String> canonical, List<String> references) {
    return new AttributeDef(
        name,
        type,
        multiValued,
        required,
        caseExact,
        mutability,
        returned,
        uniqueness,
        description,
        canonical,
        references,
        subAttributes);
  }

  public boolean isComplex() {
    return type == Type.COMPLEX;
  }

  /** Whether a client's value is of no effect. */
  public boolean isReadOnly() {
    return mutability == Mutability.READ_ONLY;
  }

  /** The sub-attribute of this name in any case, or null. */
  public @Nullable AttributeDef sub(String wanted) {
    for (AttributeDef sub : subAttributes) {
      if (sub.name.equalsIgnoreCase(wanted)) {
        return sub;
      }
    }
    return null;
  }
}
