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
  static final ArchRule bringsNothingIntoAServiceButOpenTelemetry =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.instrumentation..",
              "io.opentelemetry..",
              "java..",
              "javax..",
              "com.sun.net.httpserver..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule instrumentsWorkWithAnySdk =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.instrumentation")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.opentelemetry.sdk",
              "io.opentelemetry.sdk.trace..",
              "io.opentelemetry.exporter..");
}
