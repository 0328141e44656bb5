package io.sluice.processors.sanitize.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogfmtBodyTest {

  @Test
  void makesTheMessageTheBodyAndTheRestAttributes() {
    Shaped shaped =
        Shaped.ofBody(
            "time=2026-01-01T00:00:00Z level=warn msg=\"it \\\"broke\\\"\\tagain\" zip=01234 path=/a?b=c none= n=1\n");
    assertThat(shaped.body()).isEqualTo("it \"broke\"\tagain");
    assertThat(shaped.severity()).isEqualTo(13);
    assertThat(shaped.attributes())
        .containsOnly(
            entry("time", "2026-01-01T00:00:00Z"),
            entry("zip", "01234"),
            entry("path", "/a?b=c"),
            entry("none", ""),
            entry("n", "1"));
    assertThat(shaped.counts()).containsEntry(LogChange.LOGFMT, 1L);
  }

  @Test
  void makesTheBodyAMapWhenItHasNoMessage() {
    Shaped shaped = Shaped.ofBody("method=GET path=\"/\" status=200");
    assertThat(shaped.structuredBody())
        .isEqualTo(Map.of("method", "GET", "path", "/", "status", "200"));
    assertThat(shaped.attributes()).containsEntry("status", "200").hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user=ann",
        "login failed user=ann ip=1.2.3.4",
        "user=ann logged in",
        "a=1 b",
        "a=1 b=2 c",
        "a=\"1\"b=2 c=3",
        "a=\"1 b=2",
        "a=1 a=2",
        "=1 b=2",
        "1a=1 b=2",
        "a=1,b=2",
        "a=x\"y b=2",
        "a=\"\\q\" b=2",
        "a=1\nb=2",
        "https://x/?a=1&b=2",
        "x = 1 y = 2",
        "a=1\tb=2",
      })
  void leavesWhatIsNotAllPairsAsText(String body) {
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.body()).isEqualTo(body);
    assertThat(shaped.attributes()).isEmpty();
    assertThat(shaped.counts()).isEmpty();
  }
}
