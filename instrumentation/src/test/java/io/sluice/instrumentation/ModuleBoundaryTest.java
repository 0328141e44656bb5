package io.sluice.instrumentation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice.instrumentation", importOptions = DoNotIncludeTests.class)
class ModuleBoundaryTest {

  @ArchTest
  static final ArchRule bringsNothingIntoAServiceButOpenTelemetryAndKafka =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.instrumentation..",
              "io.opentelemetry..",
              "org.apache.kafka.clients..",
              "org.apache.kafka.common..",
              "org.apache.kafka.streams..",
              "java..",
              "javax..",
              "com.sun.net.httpserver..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule onlyWhoUsesKafkaStreamsNeedsIt =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.instrumentation.streams")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule instrumentsWorkWithAnySdk =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sluice.instrumentation", "io.sluice.instrumentation.kafka")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.opentelemetry.sdk",
              "io.opentelemetry.sdk.trace..",
              "io.opentelemetry.exporter..");
}
