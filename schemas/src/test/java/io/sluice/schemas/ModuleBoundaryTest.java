package io.sluice.schemas;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.sluice.schemas",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleBoundaryTest {

  @ArchTest
  static final ArchRule DEPENDS_ON_NO_OTHER_MODULE =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sluice..").and(not(resideInAPackage("io.sluice.schemas.."))))
          .because("every module speaks this language, so it can know none of them");

  @ArchTest
  static final ArchRule BYTES_KNOW_NEITHER_KAFKA_NOR_PROTOBUF_CLASSES =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.schemas.otlp..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "com.google.protobuf..", "io.opentelemetry..")
          .because("the walk over OTLP bytes decodes nothing and runs wherever bytes are");

  @ArchTest
  static final ArchRule SETTINGS_STAND_ALONE =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.schemas.settings..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sluice..")
                  .and(not(resideInAPackage("io.sluice.schemas.settings.."))))
          .because("what reads a file must not know what is in it");
}
