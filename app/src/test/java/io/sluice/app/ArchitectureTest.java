package io.sluice.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/**
 * The table of modules in docs/architecture.md, and the three kinds of class in a stage. What
 * {@code schemas}, {@code instrumentation} and {@code demo} may know is held by those modules
 * themselves.
 */
@AnalyzeClasses(packages = "io.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String SCHEMAS = "io.sluice.schemas..";
  private static final String STATEMENTS = "io.sluice.processors.sanitize.statements..";
  private static final String SPI = "io.sluice.processor..";

  @ArchTest
  static final ArchRule embeddedKafkaKnowsNoModule =
      module("io.sluice.kafka..").because("it is Kafka, whatever is sent through it");

  @ArchTest
  static final ArchRule theSpiKnowsNoStage =
      module(SPI, SCHEMAS).because("a stage of somebody else's has the same way in as ours");

  @ArchTest
  static final ArchRule ingestKnowsOnlySchemas =
      module("io.sluice.ingest..", SCHEMAS)
          .because("it shares nothing with those that read its topics but the topics");

  @ArchTest
  static final ArchRule theSanitizerKnowsNoOtherStage = stage("io.sluice.processors.sanitize..");

  @ArchTest static final ArchRule tracesKnowNoOtherStage = stage("io.sluice.processors.traces..");

  @ArchTest
  static final ArchRule spanMetricsKnowNoOtherStage =
      module("io.sluice.processors.spanmetrics..", SCHEMAS, SPI, STATEMENTS)
          .because("stages talk through topics; only what a statement is, is read alike by two");

  @ArchTest
  static final ArchRule statementsKnowNoSanitizer =
      module(STATEMENTS, SCHEMAS)
          .because("it is a library of its own, for whoever reads statements");

  @ArchTest static final ArchRule slisKnowNoOtherStage = stage("io.sluice.processors.sli..");

  @ArchTest static final ArchRule alertsKnowNoOtherStage = stage("io.sluice.alerts..");

  @ArchTest
  static final ArchRule theNotifierKnowsOnlySchemas =
      module("io.sluice.alerts.notify..", SCHEMAS)
          .because("it waits for others, which no stage may; they meet on a topic");

  @ArchTest
  static final ArchRule thePrometheusSinkKnowsOnlySchemas =
      module("io.sluice.sinks.prometheus..", SCHEMAS)
          .because("sinks are chosen one by one, so none may need another");

  @ArchTest
  static final ArchRule theSearchSinkKnowsOnlySchemas =
      module("io.sluice.sinks.search..", SCHEMAS)
          .because("sinks are chosen one by one, so none may need another");

  @ArchTest
  static final ArchRule theConsoleKnowsSearchAndNoOtherSink =
      module("io.sluice.console..", SCHEMAS, "io.sluice.sinks.search..")
          .because("it asks the index and reads topics; how they were filled is not its concern");

  @ArchTest
  static final ArchRule onlyTheSearchSinkKnowsLucene =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.sinks.search..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.lucene..")
          .because("the console must work on any store that keeps the contract");

  @ArchTest
  static final ArchRule onlyStagesAndTheirRuntimeKnowStreams =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              SPI,
              "io.sluice.processors..",
              "io.sluice.alerts..",
              "io.sluice.benchmarks..",
              // For services that are made with Streams: none of Sluice's own.
              "io.sluice.instrumentation.streams..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..")
          .because("what is no stage is a plain client, whose offsets it commits itself");

  @ArchTest
  static final ArchRule stagesAreNotMadeOfTheTestKit =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.processor.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sluice.processor.testkit..")
          .because("it is for the tests of stages");

  @ArchTest
  static final ArchRule theDomainOfTheSanitizerIsPlainJava =
      domain("io.sluice.processors.sanitize", "SignalLane|RulesInForce");

  @ArchTest
  static final ArchRule theDomainOfTracesIsPlainJava =
      domain("io.sluice.processors.traces", "BatchStore|ClosedTraces|EmittedSpans");

  @ArchTest
  static final ArchRule theDomainOfSpanMetricsIsPlainJava =
      domain("io.sluice.processors.spanmetrics", "PartialsJournal|SeenRecords|PendingCalls");

  @ArchTest
  static final ArchRule theDomainOfSlisIsPlainJava =
      domain(
          "io.sluice.processors.sli",
          "CurrentSlos|LastPoints|Backfills|BackfillReader|HistoryWindows|PendingWindows|SentRanges"
              + "|StoredGroups|Upstream");

  @ArchTest
  static final ArchRule theDomainOfAlertsIsPlainJava =
      domain("io.sluice.alerts", "SloStores|SloReports|Generations");

  @ArchTest
  static final ArchRule processorsAreFoundByTheirName =
      classes()
          .that()
          .implement("io.sluice.processor.StreamProcessor")
          .should()
          .haveSimpleNameEndingWith("Processor")
          .andShould()
          .bePublic()
          .because("the SPI's side of a stage is the first thing that a newcomer looks for");

  /** Of Sluice's own packages, classes of this one may know only those given. */
  private static ArchRule module(String own, String... known) {
    String[] allowed = Arrays.copyOf(known, known.length + 1);
    allowed[known.length] = own;
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(resideInAPackage("io.sluice..").and(not(resideInAnyPackage(allowed))));
  }

  private static ArchRule stage(String own) {
    return module(own, SCHEMAS, SPI)
        .because("stages talk through topics, so that each can be replaced alone");
  }

  /**
   * @param keepers classes that keep the domain's state in stores, beside the steps
   */
  private static ArchRule domain(String stage, String keepers) {
    return noClasses()
        .that()
        .resideInAPackage(stage)
        .and()
        .haveNameNotMatching(".*(Step|Topology|Processor|Config)(\\$.*)?")
        .and()
        .haveNameNotMatching(".*\\.(" + keepers + ")(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", SPI)
        .because("a stage's decisions are plain Java, tested without a broker");
  }
}
