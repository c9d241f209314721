package dev.idbridge;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows between the packages: from the edges to {@code model}, never back. Rules hold for
 * packages that do not exist yet, too.
 */
@AnalyzeClasses(packages = "dev.idbridge", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.idbridge";
  private static final String MODEL = "dev.idbridge.model..";
  private static final String SPI = "dev.idbridge.connector.spi..";
  private static final String CONNECTORS = "dev.idbridge.connector..";
  private static final String JSPECIFY = "org.jspecify..";

  /** The entry and what plugs the parts together: it alone knows everything. */
  private static final DescribedPredicate<JavaClass> COMPOSITION_ROOT = resideInAPackage(ROOT);

  @ArchTest
  static final ArchRule modelKnowsOnlyTheJdk =
      classes()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(MODEL, "java..", JSPECIFY)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule spiKnowsOnlyModel =
      classes()
          .that()
          .resideInAPackage(SPI)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(SPI, MODEL, "java..", JSPECIFY)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule aConnectorSeesOnlySpiAndModel =
      noClasses()
          .that(resideInAPackage(CONNECTORS).and(not(resideInAPackage(SPI))))
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.idbridge..")
                  .and(not(resideInAnyPackage(MODEL, CONNECTORS)))
                  .as("are outside spi and model"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule connectorsDoNotSeeEachOther =
      slices()
          .matching("dev.idbridge.connector.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(DescribedPredicate.alwaysTrue(), resideInAPackage(SPI))
          .ignoreDependency(
              DescribedPredicate.alwaysTrue(), resideInAPackage("dev.idbridge.connector.rest"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule whatConnectorsShareKnowsOnlySpi =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.connector.rest")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.idbridge..")
                  .and(not(resideInAnyPackage(SPI, "dev.idbridge.connector.rest"))));

  @ArchTest
  static final ArchRule connectorsDoNotSeeCamel =
      noClasses()
          .that(
              resideInAPackage(CONNECTORS)
                  .and(not(resideInAPackage("dev.idbridge.connector.http.."))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.camel..")
          .because("the HTTP client is lent to them")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyStoreDirectoryAndLedgerKnowTheDatabase =
      noClasses()
          .that(
              not(COMPOSITION_ROOT)
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.idbridge.store..",
                              "dev.idbridge.directory..",
                              "dev.idbridge.ledger.."))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.persistence..",
              "java.sql..",
              "javax.sql..",
              "org.hibernate..",
              "com.zaxxer.hikari..",
              "org.flywaydb..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theStoreKnowsOnlyModel =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.store..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.idbridge..")
                  .and(not(resideInAnyPackage("dev.idbridge.store..", "dev.idbridge.model.."))));

  @ArchTest
  static final ArchRule theLedgerDoesNotKnowTheDirectory =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.idbridge.directory..", "dev.idbridge.delivery..", "dev.idbridge.scim..");

  @ArchTest
  static final ArchRule deliveryDoesNotKnowTheEdge =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.delivery..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.idbridge.scim..", "dev.idbridge.normalise..", "dev.idbridge.admin..");

  @ArchTest
  static final ArchRule onlyConfigReadsFiles =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.idbridge.config..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                  java.nio.file.Files.class,
                  java.nio.channels.FileChannel.class,
                  java.io.File.class,
                  java.io.FileInputStream.class,
                  java.io.FileOutputStream.class,
                  java.io.FileReader.class,
                  java.io.FileWriter.class,
                  java.io.RandomAccessFile.class))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule camelIsTheOnlyWayOut =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..")
          .because(
              "outbound HTTP goes through Camel's client, with one set of timeouts and metrics");

  @ArchTest
  static final ArchRule onlyTheCommandLineUsesTheOldHttpClient =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.idbridge.cli..")
          .should()
          .dependOnClassesThat(belongToAnyOf(java.net.HttpURLConnection.class))
          .because("it exists to ask the daemon quickly, nothing else");

  @ArchTest
  static final ArchRule onlyTheCommandLineWritesToStandardOutput =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.idbridge.cli..")
          .should()
          .accessField(System.class, "out")
          .because("standard output carries results; everything else is logged");

  @ArchTest
  static final ArchRule onlyTheEntryEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.idbridge.Idbridge")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule onlyTheCommandLineAndTheDaemonKnowTheDaemonFiles =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.idbridge.config..", "dev.idbridge.cli..")
          .and(not(COMPOSITION_ROOT))
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.idbridge.config.DaemonFiles")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theDemoSeesTheBridgeFromOutsideOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.demo..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.idbridge..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.idbridge.demo..",
                              "dev.idbridge.config..",
                              "dev.idbridge.dialogue..",
                              "dev.idbridge.connector.http..",
                              SPI)))
                  .as("are the bridge's inside"));

  @ArchTest
  static final ArchRule dialoguesKnowNothingOfTheBridge =
      noClasses()
          .that()
          .resideInAPackage("dev.idbridge.dialogue..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.idbridge..")
                  .and(not(resideInAPackage("dev.idbridge.dialogue.."))));

  @ArchTest
  static final ArchRule nothingKnowsTheCompositionRoot =
      noClasses().that(not(COMPOSITION_ROOT)).should().dependOnClassesThat(COMPOSITION_ROOT);

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.idbridge.(*)..").should().beFreeOfCycles();
}
