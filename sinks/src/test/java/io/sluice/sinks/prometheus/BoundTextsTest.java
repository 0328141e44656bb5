package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundTextsTest {

  /** As Go writes them. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, 0.0",
    "1, 1.0",
    "-1, -1.0",
    "0.005, 0.005",
    "0.0005, 0.0005",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.0000015, 1.5e-06",
    "2.5, 2.5",
    "100, 100.0",
    "123456, 123456.0",
    "999999.5, 999999.5",
    "1000000, 1e+06",
    "1048576, 1.048576e+06",
    "1048576.5, 1.0485765e+06",
    "16777216, 1.6777216e+07",
    "-16777216, -1.6777216e+07",
    "2e23, 2e+23",
    "2.0E-3, 0.002",
    "4.9E-324, 5e-324",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "NaN, NaN",
  })
  void writesABoundAsPrometheusDoes(double bound, String text) {
    assertThat(new BoundTexts().of(bound)).isEqualTo(text);
  }

  @Property
  void writesWhatIsReadAsTheSameNumber(@ForAll double bound) {
    assertThat(Double.parseDouble(new BoundTexts().of(bound))).isEqualTo(bound == 0 ? 0 : bound);
  }
}
