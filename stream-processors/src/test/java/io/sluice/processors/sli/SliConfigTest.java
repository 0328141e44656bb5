package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.settings.InvalidSettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SliConfigTest {

  private static final Duration BUCKET = Duration.ofSeconds(10);
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void refusesDurationsThatNoEventTimeCanBeHeldAgainst() {
    Duration centuries = Duration.ofDays(365 * 400);
    for (Duration wrong : new Duration[] {centuries, Duration.ofNanos(-1)}) {
      assertThatThrownBy(() -> new SliConfig(BUCKET, wrong, DAY, DAY))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("zero to 60d");
      assertThatThrownBy(() -> new SliConfig(BUCKET, DAY, DAY, wrong))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("zero to 60d");
    }
    assertThat(new SliConfig(BUCKET, Duration.ZERO, DAY, Duration.ZERO).grace()).isZero();
  }

  @Test
  void refusesALatenessThatIsShorterThanAWindow() {
    assertThatThrownBy(() -> new SliConfig(BUCKET, Duration.ZERO, BUCKET, DAY))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> new SliConfig(BUCKET, Duration.ZERO, Duration.ofDays(61), DAY))
        .isInstanceOf(InvalidSettingException.class);
  }
}
