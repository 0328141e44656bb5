package io.sluice.schemas.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTextTest {

  @Property
  void durationReadsBack(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long millis) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
  }

  @Test
  void refusesADurationThatMillisecondsCannotTell() {
    assertThat(DurationText.format(DurationText.parse("99999999999d"))).isEqualTo("99999999999d");
    assertThatThrownBy(() -> DurationText.parse("999999999999d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a duration that milliseconds can tell");
  }

  @Property
  void dataSizeReadsBack(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long bytes) {
    DataSize size = new DataSize(bytes);

    assertThat(DataSize.parse(size.toString())).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "10s,10000",
    "5 m,300000",
    "6h,21600000",
    "30d,2592000000",
    "2w,1209600000"
  })
  void readsDurations(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"512,512", "512B,512", "64KiB,65536", "8 MiB,8388608", "1GiB,1073741824"})
  void readsSizes(String text, long bytes) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "10sec", "1M", "9999999999999s"})
  void refusesOtherDurations(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a duration such as 500ms, 10s, 5m, 6h or 30d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "8MB", "8mib", "-1", "1.5GiB", "999999999999GiB"})
  void refusesOtherSizes(String text) {
    assertThatThrownBy(() -> DataSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
