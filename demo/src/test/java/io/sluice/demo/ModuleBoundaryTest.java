package io.sluice.demo;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice.demo", importOptions = DoNotIncludeTests.class)
class ModuleBoundaryTest {

  /** The shop stands for any service: it meets the pipeline only over OTLP. */
  @ArchTest
  static final ArchRule knowsNothingOfThePipeline =
      noClasses()
          .should()
          .dependOnClassesThat(
              describe(
                  "are Sluice's but neither the shop nor the instrumentation",
                  type ->
                      type.getPackageName().startsWith("io.sluice.")
                          && !type.getPackageName().startsWith("io.sluice.demo")
                          && !type.getPackageName().startsWith("io.sluice.instrumentation")));
}
