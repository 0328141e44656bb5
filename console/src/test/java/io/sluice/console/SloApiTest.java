package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.MovingClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SloApiTest {

  /** Of 30 days, with the default policies: the ticket's windows are 3 days and 6 hours. */
  private static final String SLO = "frontend-availability";

  private static final String TICKET = "/policies/2/long";
  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());

  private final MovingClock clock = new MovingClock(NOW);
  private final KafkaConnection nowhere =
      new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace(""));
  private final TopicViews views = new TopicViews(nowhere, clock);
  private final SliView windows = new SliView(nowhere, clock);
  private final SloApi slos = new SloApi(views, windows, clock);

  @BeforeEach
  void haveRead() {
    windows.caughtUp();
  }

  @AfterEach
  void close() {
    views.close();
    windows.close();
  }

  @Test
  void whileWindowsAreReadNothingIsSaidOfThem() {
    put(budget(Duration.ofDays(10)));
    put(window(Duration.ofSeconds(10), 8, 10));
    windows.begin();
    put(window(Duration.ofSeconds(10), 8, 10));
    JsonNode slo = at("");
    assertThat(slo.at("/windows").isNull()).isTrue();
    assertThat(slo.at("/windowsNote").asText()).contains("still being read");
    assertThat(slo.at(TICKET + "/burnRate").isNull()).isTrue();
    assertThat(slo.at(TICKET + "/note").asText()).contains("still being read");
    assertThat(slo.at("/budget/remaining").asDouble()).isEqualTo(0.5);
    assertThat(list().at("/slos/0" + TICKET + "/burnRate").isNull()).isTrue();
    assertThatThrownBy(() -> slos.budget(SLO, QueryParams.of()))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("still being read");

    windows.caughtUp();
    assertThat(at("/windows")).hasSize(1);
    assertThat(at("/windowsNote").isNull()).isTrue();
  }

  @Test
  void whileWindowsAreMissingItBurnsAsFastAsItDidWhenTheyCame() {
    put(window(Duration.ofSeconds(30), 10, 10));
    put(window(Duration.ofSeconds(20), 8, 10));
    double burnRate = at("/policies/0/short/burnRate").asDouble();
    assertThat(burnRate).isPositive();

    clock.advance(Duration.ofMinutes(30));
    assertThat(at("/policies/0/short/burnRate").asDouble())
        .as("nothing is known since")
        .isCloseTo(burnRate, within(1e-9));
  }

  @Test
  void thePolicyOfThreeDaysSeesAnOutageOfYesterday() {
    put(window(Duration.ofHours(80), 0, 1000));
    put(window(Duration.ofHours(30), 0, 100));
    put(window(Duration.ofSeconds(10), 100, 100));
    assertThat(at(TICKET + "/window").asText()).isEqualTo("3d");
    assertThat(at(TICKET + "/good").asLong()).isEqualTo(100);
    assertThat(at(TICKET + "/total").asLong()).as("not what is older").isEqualTo(200);
    assertThat(at(TICKET + "/burnRate").asDouble()).isCloseTo(100, within(1e-9));
    assertThat(at("/policies/2/short/total").asLong()).as("of 6 hours").isEqualTo(100);
  }

  @Test
  void aWindowOfYesterdayShowsWhatTheThreeDaysBeforeItHad() {
    put(window(Duration.ofHours(90), 0, 100));
    put(window(Duration.ofHours(20), 100, 100));
    put(window(Duration.ofSeconds(10), 100, 100));
    String from = NOW.minus(Duration.ofHours(23)).toString();
    JsonNode slo =
        new ObjectMapper().valueToTree(slos.slo(SLO, QueryParams.of("from", from, "limit", "9")));
    assertThat(slo.at("/windows")).hasSize(2);
    assertThat(slo.at("/windows/0/burnRates/3d").asDouble()).isCloseTo(100, within(1e-9));
    assertThat(slo.at("/windows/1/burnRates/3d").asDouble()).isZero();
  }

  @Test
  void aCorrectionOfADayAgoIsCountedOnce() {
    put(window(Duration.ofHours(24), 100, 100));
    put(window(Duration.ofSeconds(10), 100, 100));
    put(corrected(Duration.ofHours(24), 100, 130));
    put(corrected(Duration.ofHours(24), 100, 130));
    assertThat(at(TICKET + "/total").asLong()).isEqualTo(230);
    assertThat(at(TICKET + "/good").asLong()).isEqualTo(200);
  }

  @Test
  void whatACorrectionOfDaysAgoAddsIsNotKnownAndSaidSo() {
    for (int hours = 60; hours > 0; hours--) {
      put(window(Duration.ofHours(hours), 100, 100));
    }
    put(corrected(Duration.ofHours(50), 100, 130));
    assertThat(at(TICKET + "/total").isNull()).isTrue();
    assertThat(at(TICKET + "/burnRate").isNull()).isTrue();
    assertThat(at(TICKET + "/note").asText()).contains("not known");
    assertThat(at("/policies/2/short/total").asLong()).isEqualTo(600);
  }

  @Test
  void whatIsGoneFromKafkaIsNotKnown() {
    put(window(Duration.ofHours(2), 100, 100));
    put(budget(Duration.ofDays(10)));
    assertThat(at(TICKET + "/total").isNull()).as("the alert engine counted more").isTrue();
    put(budget(Duration.ofHours(2)));
    assertThat(at(TICKET + "/total").asLong()).as("the SLO is young").isEqualTo(100);
  }

  @Test
  void ofWindowsThatAreAllGoneNothingIsKnown() {
    put(budget(Duration.ofDays(10)));
    assertThat(at(TICKET + "/total").isNull()).isTrue();
    assertThat(at(TICKET + "/burnRate").isNull()).isTrue();
    assertThat(at(TICKET + "/note").asText()).contains("not known");
  }

  @Test
  void withoutAnyEventNothingBurns() {
    put(SloBudget.newBuilder(budget(Duration.ZERO)).setGood(0).setTotal(0).build());
    assertThat(at(TICKET + "/total").asLong()).isZero();
    assertThat(at(TICKET + "/burnRate").asDouble()).isZero();
  }

  @Test
  void anSloThatWasGoneForAWhileKeepsItsNewWindows() {
    put(SliWindow.newBuilder(window(Duration.ofMinutes(5), 90, 100)).setGeneration(2).build());
    takeAway(Duration.ofMinutes(10));
    assertThat(at(TICKET + "/total").asLong()).as("those of its new definition").isEqualTo(100);

    takeAway(Duration.ofMinutes(4));
    assertThat(at(TICKET + "/total").asLong()).as("gone again").isZero();
  }

  @Test
  void aHistoryThatComesAfterTheNewestWindowIsCounted() {
    put(window(Duration.ofSeconds(10), 100, 100));
    for (int hours = 60; hours > 0; hours--) {
      SliWindow window = window(Duration.ofHours(hours), 99, 100);
      put(SliWindow.newBuilder(window).setBackfill(Backfill.HISTORY).build());
    }
    assertThat(at(TICKET + "/total").asLong()).isEqualTo(6100);
  }

  @Test
  void whatMayLackEventsIsInNoSum() {
    put(SliWindow.newBuilder(window(Duration.ofHours(7), 0, 100)).setComplete(false).build());
    put(SliWindow.newBuilder(window(Duration.ofHours(2), 0, 100)).setComplete(false).build());
    put(window(Duration.ofSeconds(10), 100, 100));
    assertThat(at(TICKET + "/total").asLong()).isEqualTo(100);
    assertThat(at("/policies/2/short/total").asLong()).isEqualTo(100);
  }

  @Test
  void theBudgetIsShownOverItsWholePeriod() {
    put(window(Duration.ofDays(29), 0, 100));
    put(window(Duration.ofDays(20), 50, 100));
    put(window(Duration.ofSeconds(10), 100, 100));
    put(budget(Duration.ofDays(29)));
    JsonNode budget = new ObjectMapper().valueToTree(slos.budget(SLO, QueryParams.of()));
    assertThat(Instant.parse(budget.get("from").asText()))
        .isBeforeOrEqualTo(NOW.minus(Duration.ofDays(29)));
    assertThat(budget.get("steps")).hasSize(3);
    assertThat(budget.at("/steps/2/remaining").asDouble()).isEqualTo(0.5);
    assertThat(budget.at("/steps/1/remaining").asDouble()).isEqualTo(0.5);
    assertThat(budget.at("/steps/0/remaining").asDouble())
        .as("the 50 bad ones of 20 days ago are given back: 0.5 % of 20,000 are allowed")
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void recordsThatAreNoWindowsChangeNothing() {
    put(window(Duration.ofHours(1), 100, 100));
    for (SliWindow impossible :
        new SliWindow[] {
          window(Duration.ofDays(-400), 1, 1),
          window(Duration.ofSeconds(10), 2, 1),
          SliWindow.newBuilder(window(Duration.ofSeconds(10), 1, 1)).setLengthNanos(0).build()
        }) {
      assertThatThrownBy(() -> put(impossible)).isInstanceOf(InvalidInputException.class);
    }
    assertThat(at(TICKET + "/total").asLong()).isEqualTo(100);
  }

  @Test
  void theListHasPagesAndNoWindows() {
    put(window(Duration.ofSeconds(10), 100, 100));
    JsonNode first = list("limit", "4");
    assertThat(first.get("slos")).hasSize(4);
    assertThat(first.get("total").asInt()).isEqualTo(6);
    JsonNode second = list("limit", "4", "cursor", first.get("nextCursor").asText());
    assertThat(second.get("slos")).hasSize(2);
    assertThat(second.get("nextCursor").isNull()).isTrue();
    assertThat(second.findValues("windows")).isEmpty();
    JsonNode own = list("service", "frontend");
    assertThat(own.get("slos").findValuesAsText("id")).containsExactly(SLO, "trace-completeness");
    assertThat(own.at("/slos/0" + TICKET + "/total").asLong()).isEqualTo(100);
  }

  @Test
  void windowsUntilATimeAreThoseOfTheMinutesBeforeIt() {
    put(window(Duration.ofMinutes(90), 1, 1));
    put(window(Duration.ofMinutes(65), 2, 2));
    put(window(Duration.ofMinutes(1), 3, 3));
    String to = NOW.minus(Duration.ofHours(1)).toString();
    JsonNode slo = new ObjectMapper().valueToTree(slos.slo(SLO, QueryParams.of("to", to)));
    assertThat(slo.at("/windows")).map(each -> each.get("total").asInt()).containsExactly(2);
  }

  @Test
  void aParameterThatIsThereTwiceIsRefused() {
    QueryParams twice = QueryParams.of("service", "cart", "service", "checkout");
    assertThatThrownBy(() -> slos.slos(twice)).hasMessage("service: expected one value");
    Parameters tags =
        new Parameters(QueryParams.of("tag", "a=1", "tag", "b=2", "tag", "a=3"), Set.of("tag"));
    assertThatThrownBy(tags::tags).hasMessage("tag: expected each key once");
  }

  private JsonNode list(String... parameters) {
    var query = QueryParams.builder();
    for (int i = 0; i < parameters.length; i += 2) {
      query.add(parameters[i], parameters[i + 1]);
    }
    return new ObjectMapper().valueToTree(slos.slos(query.build()));
  }

  private JsonNode at(String path) {
    JsonNode slo = new ObjectMapper().valueToTree(slos.slo(SLO, QueryParams.of()));
    return slo.at(path);
  }

  private static SliWindow window(Duration ago, long good, long total) {
    return SliWindow.newBuilder()
        .setSloId(SLO)
        .setStartTimeUnixNano(NOW.minus(ago).toEpochMilli() * 1_000_000)
        .setLengthNanos(Duration.ofSeconds(10).toNanos())
        .setGood(good)
        .setTotal(total)
        .setRevision(0)
        .setLateCount(0)
        .build();
  }

  private static SliWindow corrected(Duration ago, long good, long total) {
    return SliWindow.newBuilder(window(ago, good, total)).setRevision(1).build();
  }

  /** Half of it is left of 20,000 events. */
  private static SloBudget budget(Duration since) {
    return SloBudget.newBuilder()
        .setSloId(SLO)
        .setTimeUnixNano(NOW.toEpochMilli() * 1_000_000)
        .setSinceUnixNano(NOW.minus(since).toEpochMilli() * 1_000_000)
        .setPeriodSeconds(Duration.ofDays(30).toSeconds())
        .setObjective(0.995)
        .setGood(19_950)
        .setTotal(20_000)
        .setRemaining(0.5)
        .setBurnRate(1)
        .setBurnRateSeconds(3600)
        .build();
  }

  private void put(SliWindow window) {
    read(Topics.SLIS, WINDOWS.encode(window));
  }

  private void put(SloBudget budget) {
    read(Topics.BUDGETS, BUDGETS.encode(budget));
  }

  /** The alert engine said so that long ago. */
  private void takeAway(Duration ago) {
    read(Topics.BUDGETS, NOW.minus(ago), null);
  }

  private void read(Topic topic, byte[] value) {
    read(topic, NOW, value);
  }

  private void read(Topic topic, Instant time, byte @Nullable [] value) {
    byte[] key = SLO.getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            topic.name(),
            0,
            0,
            time.toEpochMilli(),
            TimestampType.CREATE_TIME,
            key.length,
            value == null ? -1 : value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty());
    if (!topic.equals(Topics.SLIS)) {
      views.read(topic, record);
    }
    windows.read(topic, record);
  }
}
