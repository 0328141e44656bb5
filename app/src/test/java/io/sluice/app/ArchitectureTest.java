package io.sluice.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The table of rooms in docs/architecture.md: modules point inward, and stages never know each
 * other.
 */
@AnalyzeClasses(packages = "io.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] STAGES = {
    "io.sluice.processors.sanitize..",
    "io.sluice.processors.traces..",
    "io.sluice.processors.spanmetrics..",
    "io.sluice.processors.sli..",
    "io.sluice.alerts..",
  };

  @ArchTest
  static final ArchRule theSpiKnowsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.processor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(STAGES);

  @ArchTest
  static final ArchRule onlyTheAppKnowsTheApp =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sluice.app..", "io.sluice.benchmarks..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sluice.app..");

  @ArchTest
  static final ArchRule ingestAndSinksKnowNoStreams =
      noClasses()
          .that()
          .resideInAnyPackage("io.sluice.ingest..", "io.sluice.sinks..", "io.sluice.console..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka.streams..", "io.sluice.processor..");

  @ArchTest
  static final ArchRule theDomainOfTracesKnowsNoKafka =
      domain("traces", "Step|Topology|Processor|Store|ClosedTraces");

  @ArchTest
  static final ArchRule theDomainOfSpanMetricsKnowsNoKafka =
      domain("spanmetrics", "Step|Topology|Processor");

  @ArchTest
  static final ArchRule theDomainOfSlisKnowsNoKafka = domain("sli", "Step|Topology|Processor");

  private static ArchRule domain(String stage, String wiring) {
    return noClasses()
        .that()
        .resideInAPackage("io.sluice.processors." + stage)
        .and()
        .haveNameNotMatching(".*(" + wiring + ").*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..")
        .because("a stage's decisions are plain Java, tested without a broker");
  }
}
