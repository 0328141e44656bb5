package io.sluice.instrumentation;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice.instrumentation", importOptions = DoNotIncludeTests.class)
class ModuleBoundaryTest {

  @ArchTest
  static final ArchRule bringsNothingIntoAServiceButOpenTelemetryAndKafka =
      classes()
          .that(not(areForAnOptionalLibrary()))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.sluice.instrumentation..",
                      "io.opentelemetry..",
                      "org.apache.kafka.clients..",
                      "org.apache.kafka.common..",
                      "org.apache.kafka.streams..",
                      "java..",
                      "javax..",
                      "com.sun.net.httpserver..",
                      "org.jspecify..")
                  .and(not(areForAnOptionalLibrary())));

  @ArchTest
  static final ArchRule onlyWhoUsesKafkaStreamsNeedsIt =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.instrumentation.streams")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule takesOnlyTheEngineOfTheSanitizer =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.instrumentation.logs")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.processor..",
              "io.sluice.processors.traces..",
              "io.sluice.processors.spanmetrics..",
              "io.sluice.processors.sli..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule instrumentsWorkWithAnySdk =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.sluice.instrumentation",
              "io.sluice.instrumentation.kafka",
              "io.sluice.instrumentation.logs")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.opentelemetry.sdk",
              "io.opentelemetry.sdk.trace..",
              "io.opentelemetry.exporter..");

  /** What a service calls by name when it has the library, and nothing else may need. */
  private static DescribedPredicate<JavaClass> areForAnOptionalLibrary() {
    return DescribedPredicate.describe(
        "are for an optional library",
        type ->
            type.getPackageName().equals("io.sluice.instrumentation.micrometer")
                || type.getPackageName().equals("io.sluice.instrumentation.cache")
                || type.getPackageName().equals("io.sluice.instrumentation.redis")
                || type.getPackageName().equals("io.sluice.instrumentation.logs")
                || type.getName().startsWith("io.sluice.instrumentation.http.Servlet")
                || type.getName().startsWith("io.sluice.instrumentation.http.Armeria"));
  }
}
