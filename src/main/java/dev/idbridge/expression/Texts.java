package dev.idbridge.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.runtime.CelFunctionBinding;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Functions on texts: those of the language's own library that cannot grow a text, and bounded ones
 * for the rest.
 */
final class Texts {
  static final CelStringExtensions LIBRARY =
      CelExtensions.strings(
          Function.CHAR_AT,
          Function.INDEX_OF,
          Function.LAST_INDEX_OF,
          Function.LOWER_ASCII,
          Function.UPPER_ASCII,
          Function.SPLIT,
          Function.SUBSTRING,
          Function.TRIM);

  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  private Texts() {}

  static List<CelFunctionDecl> declarations() {
    CelType text = SimpleType.STRING;
    return List.of(
        CelFunctionDecl.newFunctionDeclaration(
            "lower", CelOverloadDecl.newMemberOverload("text_lower", text, text)),
        CelFunctionDecl.newFunctionDeclaration(
            "upper", CelOverloadDecl.newMemberOverload("text_upper", text, text)),
        CelFunctionDecl.newFunctionDeclaration(
            "unaccent", CelOverloadDecl.newMemberOverload("text_unaccent", text, text)),
        CelFunctionDecl.newFunctionDeclaration(
            "replace", CelOverloadDecl.newMemberOverload("text_replace", text, text, text, text)),
        CelFunctionDecl.newFunctionDeclaration(
            "join",
            CelOverloadDecl.newMemberOverload("texts_join", text, ListType.create(text), text)));
  }

  static List<CelFunctionBinding> bindings() {
    List<CelFunctionBinding> all = new ArrayList<>();
    all.addAll(
        CelFunctionBinding.fromOverloads(
            "lower",
            CelFunctionBinding.from(
                "text_lower", String.class, text -> text.toLowerCase(Locale.ROOT))));
    all.addAll(
        CelFunctionBinding.fromOverloads(
            "upper",
            CelFunctionBinding.from(
                "text_upper", String.class, text -> text.toUpperCase(Locale.ROOT))));
    all.addAll(
        CelFunctionBinding.fromOverloads(
            "unaccent", CelFunctionBinding.from("text_unaccent", String.class, Texts::unaccent)));
    all.addAll(
        CelFunctionBinding.fromOverloads(
            "replace",
            CelFunctionBinding.from(
                "text_replace",
                ImmutableList.of(String.class, String.class, String.class),
                args -> replace((String) args[0], (String) args[1], (String) args[2]))));
    all.addAll(
        CelFunctionBinding.fromOverloads(
            "join", CelFunctionBinding.from("texts_join", List.class, String.class, Texts::join)));
    return all;
  }

  /** é becomes e; letters that are no letter with a mark, such as ø, stay. */
  private static String unaccent(String text) {
    String split = Normalizer.normalize(text, Normalizer.Form.NFD);
    return Normalizer.normalize(MARKS.matcher(split).replaceAll(""), Normalizer.Form.NFC);
  }

  private static String replace(String text, String what, String with) {
    if (what.isEmpty()) {
      return text;
    }
    long longest = text.length() + (long) (text.length() / what.length()) * with.length();
    if (longest > Expression.MOST_TEXT) {
      throw new IllegalArgumentException(
          "replace might give more than " + Expression.MOST_TEXT + " characters");
    }
    return text.replace(what, with);
  }

  private static String join(List<?> texts, String between) {
    StringBuilder joined = new StringBuilder();
    boolean first = true;
    for (Object text : texts) {
      joined.append(first ? "" : between).append(text);
      first = false;
      if (joined.length() > Expression.MOST_TEXT) {
        throw new IllegalArgumentException(
            "join gives more than " + Expression.MOST_TEXT + " characters");
      }
    }
    return joined.toString();
  }
}
