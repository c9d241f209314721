package dev.idbridge.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.RegexLiteralValidator;
import dev.idbridge.expression.BadExpression.Fault;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.model.schema.ScimSchema;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks expressions against the schemas: every name, every type and every regular
 * expression that is written out, before anything is evaluated. The library is loaded with the
 * first expression, so that who writes none pays nothing. Thread-safe.
 */
public final class Expressions {
  private static final int MOST_SOURCE = 2_048;
  private static final int MOST_DEPTH = 32;

  /** Elements looked at by one evaluation, over all of its macros together. */
  private static final int MOST_STEPS = 1_000;

  private static final int MOST_REGEX = 1_000;

  private static final Pattern UNDEFINED_FIELD = Pattern.compile("undefined field '([^']*)'");
  private static final Pattern REGEX_FAILED =
      Pattern.compile("^Regex validation failed. Reason: (.*?) ?(near index.*)?$", Pattern.DOTALL);

  private final ScimSchema schemas;
  private @Nullable Ground ground;

  public Expressions(ScimSchema schemas) {
    this.schemas = schemas;
  }

  /** What was loaded with the first expression. */
  private record Ground(
      Vocabulary words,
      Map<Sees, CelCompiler> compilers,
      Map<Sees, CelValidator> validators,
      CelRuntime runtime) {}

  /**
   * An expression that is ready for every user or group.
   *
   * @throws BadExpression with everything that is wrong with the text
   */
  public Expression compile(String source, Sees sees, Gives gives) throws BadExpression {
    if (source.isBlank()) {
      throw bad(1, 1, "is empty; write an expression such as " + example(sees, gives));
    }
    if (source.codePointCount(0, source.length()) > MOST_SOURCE) {
      throw bad(1, 1, "is longer than " + MOST_SOURCE + " characters; split it");
    }
    Ground on = ground();
    CelCompiler compiler = of(on.compilers, sees);
    try {
      CelValidationResult result = compiler.compile(source);
      refuse(on.words, result);
      CelAbstractSyntaxTree tree = result.getAst();
      refuse(on.words, of(on.validators, sees).validate(tree));
      check(gives, sees, tree.getResultType());
      return new Expression(source, sees, gives, on.words, on.runtime.createProgram(tree));
    } catch (CelValidationException | CelEvaluationException e) {
      throw bad(1, 1, String.valueOf(e.getMessage()));
    }
  }

  private static <T> T of(Map<Sees, T> all, Sees sees) {
    T one = all.get(sees);
    if (one == null) {
      throw new IllegalStateException("nothing for " + sees);
    }
    return one;
  }

  private static void refuse(Vocabulary words, CelValidationResult result) throws BadExpression {
    if (result.hasError()) {
      throw new BadExpression(
          result.getErrors().stream().map(issue -> fault(words, issue)).distinct().toList());
    }
  }

  private static Fault fault(Vocabulary words, CelIssue issue) {
    String message = issue.getMessage().replace(" (in container '')", "");
    Matcher undefined = UNDEFINED_FIELD.matcher(message);
    if (undefined.find()) {
      message =
          "there is no attribute "
              + undefined.group(1)
              + words
                  .spelling(undefined.group(1))
                  .map(name -> "; did you mean " + name + "?")
                  .orElse("; names are those of the schemas, as they spell them");
    } else if (message.startsWith("Regex validation failed")) {
      message = "is no regular expression: " + REGEX_FAILED.matcher(message).replaceFirst("$1");
    } else if (message.startsWith("undeclared reference to ")) {
      message += "; a text stands in quotes, an attribute after user. or group.";
    }
    return new Fault(
        Math.max(1, issue.getSourceLocation().getLine()),
        Math.max(0, issue.getSourceLocation().getColumn()) + 1,
        message);
  }

  private static void check(Gives gives, Sees sees, CelType type) throws BadExpression {
    boolean right =
        switch (gives) {
          case CONDITION -> type.kind() == CelKind.BOOL || type.kind() == CelKind.DYN;
          case VALUE ->
              switch (type.kind()) {
                case STRING, BOOL, INT, DYN, NULL_TYPE -> true;
                case LIST -> {
                  CelKind element = ((ListType) type).elemType().kind();
                  yield element == CelKind.STRING
                      || element == CelKind.DYN
                      || element == CelKind.TYPE_PARAM;
                }
                default -> false;
              };
        };
    if (!right) {
      String wanted =
          gives == Gives.CONDITION
              ? "true or false"
              : "a text, a truth value, a whole number or a list of texts";
      throw bad(
          1,
          1,
          "gives " + word(type) + ", must give " + wanted + ", such as " + example(sees, gives));
    }
  }

  private static String word(CelType type) {
    return switch (type.kind()) {
      case STRING -> "a text";
      case INT, UINT, DOUBLE -> "a number";
      case BOOL -> "true or false";
      case LIST -> "a list of " + word(((ListType) type).elemType());
      case STRUCT -> "a complex attribute";
      default -> "a " + type.name();
    };
  }

  private static String example(Sees sees, Gives gives) {
    boolean group = sees == Sees.GROUP;
    return gives == Gives.CONDITION
        ? group ? "group.displayName.startsWith('OM_')" : "user.userType == 'Employee'"
        : group ? "group.displayName" : "user.name.givenName";
  }

  private static BadExpression bad(int line, int column, String message) {
    return new BadExpression(List.of(new Fault(line, column, message)));
  }

  private synchronized Ground ground() {
    Ground here = ground;
    if (here == null) {
      here = lay(new Vocabulary(schemas));
      ground = here;
    }
    return here;
  }

  private static Ground lay(Vocabulary words) {
    CelOptions options =
        CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(MOST_SOURCE)
            .maxParseRecursionDepth(MOST_DEPTH)
            .comprehensionMaxIterations(MOST_STEPS)
            .maxRegexProgramSize(MOST_REGEX)
            .build();
    CelRuntime runtime =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(options)
            .setTypeProvider(words.types())
            .addLibraries(Texts.LIBRARY)
            .addFunctionBindings(Texts.bindings())
            .build();
    Map<Sees, CelCompiler> compilers = new EnumMap<>(Sees.class);
    Map<Sees, CelValidator> validators = new EnumMap<>(Sees.class);
    for (Sees sees : Sees.values()) {
      CelCompilerBuilder builder =
          CelCompilerFactory.standardCelCompilerBuilder()
              .setOptions(options)
              .setTypeProvider(words.types())
              .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
              .addLibraries(Texts.LIBRARY)
              .addFunctionDeclarations(Texts.declarations());
      if (sees != Sees.GROUP) {
        builder.addVar("user", words.userType()).addVar("email", SimpleType.STRING);
      }
      if (sees != Sees.USER) {
        builder.addVar("group", words.groupType());
      }
      CelCompiler compiler = builder.build();
      compilers.put(sees, compiler);
      validators.put(
          sees,
          CelValidatorFactory.standardCelValidatorBuilder(compiler, runtime)
              .addAstValidators(RegexLiteralValidator.INSTANCE)
              .build());
    }
    return new Ground(words, compilers, validators, runtime);
  }
}
