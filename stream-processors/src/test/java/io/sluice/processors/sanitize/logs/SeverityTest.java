package io.sluice.processors.sanitize.logs;

import static io.sluice.processors.sanitize.logs.Shaped.bare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeverityTest {

  /** The appendix of the OpenTelemetry logs data model, and what it has no column for. */
  @ParameterizedTest
  @CsvSource({
    "TRACE,1",
    "debug,5",
    "Info,9",
    "WARN,13",
    "error,17",
    "Fatal,21",
    "WARN3,15",
    "FATAL4,24",
    "FINEST,1",
    "FINER,5",
    "FINE,6",
    "CONFIG,7",
    "INFO,9",
    "WARNING,13",
    "SEVERE,17",
    "emerg,21",
    "alert,19",
    "crit,18",
    "err,17",
    "warning,13",
    "notice,10",
    "informational,9",
    "dpanic,18",
    "panic,19",
    "Information,9",
    "Verbose,5",
    "Critical,21",
    "trce,1",
    "dbug,5",
    "fail,17",
    "INF,9",
    "WRN,13",
    "ERR,17",
    "DBG,5",
    "FTL,21",
    "W,13",
  })
  void fillsInTheNumberOfALevelsName(String text, int number) {
    Shaped shaped = Shaped.of(bare("x").with(log -> log.setSeverityText(text)));
    assertThat(shaped.severity()).isEqualTo(number);
    assertThat(shaped.record().getSeverityText()).isEqualTo(text);
    assertThat(shaped.counts()).containsOnly(entry(LogChange.SEVERITY, 1L));
  }

  @ParameterizedTest
  @CsvSource({"1,TRACE", "5,DEBUG", "9,INFO", "10,INFO2", "13,WARN", "17,ERROR", "24,FATAL4"})
  void fillsInTheNameOfANumber(int number, String text) {
    Shaped shaped = Shaped.of(bare("x").with(log -> log.setSeverityNumberValue(number)));
    assertThat(shaped.record().getSeverityText()).isEqualTo(text);
    assertThat(shaped.severity()).isEqualTo(number);
  }

  @Test
  void putsTheNameOverANumberThatIsNone() {
    Shaped shaped =
        Shaped.of(bare("x").with(log -> log.setSeverityNumberValue(99).setSeverityText("warning")));
    assertThat(shaped.severity()).isEqualTo(13);
  }

  @Test
  void leavesWhatSaysBoth() {
    Shaped shaped =
        Shaped.of(
            bare("x").with(log -> log.setSeverityNumberValue(18).setSeverityText("critical")));
    assertThat(shaped.severity()).isEqualTo(18);
    assertThat(shaped.counts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Sev1", "''", "17", "nothing in particular"})
  void leavesANameThatIsNoLevel(String text) {
    Shaped shaped = Shaped.of(bare("x").with(log -> log.setSeverityText(text)));
    assertThat(shaped.severity()).isZero();
    assertThat(shaped.counts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10,1,TRACE", "20,5,DEBUG", "30,9,INFO", "40,13,WARN", "50,17,ERROR", "60,21,FATAL"})
  void knowsTheNumbersOfPinoAndBunyan(int level, int number, String text) {
    Shaped shaped = Shaped.ofBody("{\"level\":" + level + ",\"msg\":\"hi\"}");
    assertThat(shaped.severity()).isEqualTo(number);
    assertThat(shaped.record().getSeverityText()).isEqualTo(text);
    assertThat(shaped.attributes()).isEmpty();
  }

  @Test
  void keepsALevelThatItDoesNotKnow() {
    Shaped shaped = Shaped.ofBody("{\"level\":35,\"msg\":\"hi\"}");
    assertThat(shaped.severity()).isZero();
    assertThat(shaped.attributes()).containsEntry("level", 35L);
  }

  @Test
  void takesTheLevelOfAnAttribute() {
    Shaped shaped = Shaped.of(bare("x").attribute("level", "warn").attribute("user", "ann"));
    assertThat(shaped.severity()).isEqualTo(13);
    assertThat(shaped.record().getSeverityText()).isEqualTo("warn");
    assertThat(shaped.attributes()).containsOnlyKeys("user");
  }

  @Test
  void keepsALevelInTheBodyThatTheRecordContradicts() {
    Shaped shaped =
        Shaped.of(
            bare("{\"level\":\"debug\",\"msg\":\"hi\"}")
                .with(log -> log.setSeverityNumberValue(17).setSeverityText("ERROR")));
    assertThat(shaped.severity()).isEqualTo(17);
    assertThat(shaped.attributes()).containsEntry("level", "debug");
  }
}
