package io.sluice.schemas.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

  @Property
  void readsBackWhatItWrites(@ForAll @LongRange(min = 0, max = 40_000_000_000L) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "1008m, 16h 48m",
    "84m, 1h 24m",
    "6h, 6h",
    "30d, 30d",
    "90061s, 1d 1h 1m 1s",
    "1500ms, 1s 500ms",
    "0s, 0s"
  })
  void tellsPeopleInAsManyUnitsAsItTakes(String text, String words) {
    assertThat(DurationText.words(DurationText.parse(text))).isEqualTo(words);
  }
}
