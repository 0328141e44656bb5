package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SpanBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDerivationTest {

  private final Derived cache = Derived.by(CacheDerivation::new);

  @Test
  void countsWhatSpansSayCameOfARead() {
    assertThat(
            Derived.values(
                cache.from(
                    span().attribute("cache.name", "users").attribute("cache.hit", true),
                    span().attribute("cache.name", "users").attribute("cache.hit", false),
                    span().attribute("cache.name", "users").attribute("cache.result", "HIT"),
                    span().attribute("cache.hit", true).attribute("cache.operation", "put"),
                    span().attribute("cache.result", "error"),
                    span())))
        .isEqualTo(Map.of(series("users", "hit"), 2d, series("users", "miss"), 1d));
  }

  @Test
  void countsCommandsByHowMuchCameBack() {
    assertThat(
            Derived.values(
                cache.from(
                    command("GET").attribute("db.response.returned_rows", 1L),
                    command("get").attribute("db.response.returned_rows", 0L),
                    command("HGETALL").attribute("db.response.returned_rows", 30L),
                    command("MGET")
                        .attribute("db.response.returned_rows", 2L)
                        .attribute("db.operation.batch.size", 5L),
                    command("MGET").attribute("db.response.returned_rows", 0L))))
        .isEqualTo(Map.of(series("redis-1", "hit"), 4d, series("redis-1", "miss"), 4d));
  }

  @Test
  void countsNothingThatIsNoReadOrDoesNotSayWhatCameBack() {
    assertThat(
            cache.from(
                command("GET"),
                command("SET").attribute("db.response.returned_rows", 1L),
                command("GET").attribute("db.response.returned_rows", -1L),
                command("GET").attribute("db.response.returned_rows", Double.NaN),
                command("MGET")
                    .attribute("db.response.returned_rows", 1L)
                    .attribute("db.operation.batch.size", Double.POSITIVE_INFINITY),
                service("a")
                    .span("SELECT")
                    .attribute("db.system.name", "postgresql")
                    .attribute("db.operation.name", "GET")
                    .attribute("db.response.returned_rows", 1L)))
        .isEmpty();
  }

  @Test
  void countsASampledReadForAsManyAsItStandsFor() {
    SpanBuilder oneOfFour =
        span()
            .attribute("cache.hit", true)
            .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c"));

    assertThat(Derived.values(cache.from(oneOfFour))).isEqualTo(Map.of(series("", "hit"), 4d));
  }

  private static SpanBuilder span() {
    return service("a").span("read");
  }

  private static SpanBuilder command(String name) {
    return service("a")
        .span(name)
        .kind(CLIENT)
        .attribute("db.system.name", "redis")
        .attribute("db.operation.name", name)
        .attribute("server.address", "redis-1");
  }

  private static String series(String cache, String result) {
    return "cache_gets_total{cache=\"%s\",result=\"%s\",service=\"a\"}".formatted(cache, result);
  }
}
