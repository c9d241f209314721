package dev.idbridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

/** Waiting for time to pass is guessing: main code takes a clock, tests wait on conditions. */
@AnalyzeClasses(packages = "dev.idbridge")
class NoSleepTest {

  @ArchTest
  static void nothingSleepsNeitherInMainNorInTest(JavaClasses classes) {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "sleeps",
                (JavaMethodCall call) ->
                    call.getName().equals("sleep")
                        && (call.getTargetOwner().isEquivalentTo(Thread.class)
                            || call.getTargetOwner()
                                .isEquivalentTo(java.util.concurrent.TimeUnit.class))))
        .check(classes);
  }
}
