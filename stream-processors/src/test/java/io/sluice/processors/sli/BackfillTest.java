package io.sluice.processors.sli;

import static io.sluice.testkit.SpanKind.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.Stage;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.processors.faults.FaultyStep;
import io.sluice.processors.faults.RewiredProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;

/**
 * SLOs that are new or change in the middle of traffic. What comes out is held against a count of
 * all events by hand, whatever the seed.
 */
class BackfillTest {

  private static final byte[] NO_KEY = {};
  private static final AvroSerde<SloBackfill> TOLD = AvroSerde.of(SloBackfill.getClassSchema());
  private static final String NO_ERROR = "{noError: true}";
  private static final String OLD = TestSlos.slo("old", "{service: a}", NO_ERROR);
  private static final String NEW = TestSlos.slo("new", "{service: b}", NO_ERROR);
  private static final SliConfig CONFIG =
      new SliConfig(
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30));

  private final List<FaultyStep> owners = new ArrayList<>();
  private boolean open;
  private StageTestDriver driver = start();
  private WindowReader reader = new WindowReader();

  /** By SLO and window as an SLO that was always there has it: {@code "new 00:00:10" -> {1, 2}}. */
  private final Map<String, long[]> expected = new TreeMap<>();

  private final Map<String, SloBackfill> told = new HashMap<>();
  private Instant now = Telemetry.START;

  @BeforeTry
  void begin() {
    close(); // the same object is there for all tries
    driver = start();
    reader = new WindowReader();
    expected.clear();
    told.clear();
    now = Telemetry.START;
  }

  private StageTestDriver start() {
    open = true;
    return StageTestDriver.of(new RewiredProcessor<>(new SliProcessor(), this::topology))
        .config(CONFIG)
        .define(TestSlos.set(1, OLD))
        .at(Telemetry.START)
        .start();
  }

  private Topology topology(SliConfig config, Stage stage) {
    BackfillMeters meters = new BackfillMeters(stage.meters());
    Upstream upstream = new Upstream(stage);
    return SliTopology.of(
        config,
        stage,
        slos -> {
          owners.add(new FaultyStep(() -> new WindowStep(config, stage, slos, meters, upstream)));
          return owners.get(owners.size() - 1);
        });
  }

  @AfterProperty
  void close() {
    if (open) {
      driver.close();
      open = false;
    }
  }

  @Property(tries = 20)
  void aNewSloComesToWhatOneThatWasAlwaysThereComesTo(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 150) int appliedAfter) {
    Random random = new Random(seed);
    pass(Duration.ofSeconds(1)); // an owner takes the first set that it sees for what always was
    traffic(random, appliedAfter, "old:a", "new:b");
    driver.define(TestSlos.set(2, OLD, NEW));
    traffic(random, 150 - appliedAfter, "old:a", "new:b");

    assertThat(settled()).isEqualTo(ratios());
    hasNoGap("new");
    assertThat(reader.all("old")).allMatch(window -> window.getGeneration() == 0);
    assertThat(reader.all("old")).allMatch(window -> window.getBackfill() == Backfill.NONE);
  }

  @Property(tries = 20)
  void aRestartInTheMiddleChangesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    traffic(random, 60, "old:a", "new:b");
    driver.define(TestSlos.set(2, OLD, NEW));
    for (int round = 0; round < 30; round++) {
      traffic(random, random.nextInt(3), "old:a", "new:b");
      reader.follow(driver);
      owner().commit();
      for (int tick = random.nextInt(6); tick > 0; tick--) {
        pass(Duration.ofMillis(500)); // pieces are read and windows are sent, and all is lost
      }
      if (random.nextBoolean()) {
        owner().kill(driver);
      } else {
        owner().abort(driver);
      }
      driver.read(Topics.SLIS); // what was sent since the commit, nobody gets to see
    }

    assertThat(settled()).isEqualTo(ratios());
    hasNoGap("new");
  }

  @Property(tries = 10)
  void aChangedDefinitionIsCountedAnewAndAnOldOneGoesOn(@ForAll long seed) {
    Random random = new Random(seed);
    driver.define(TestSlos.set(2, OLD, NEW));
    traffic(random, 60, "old:a");
    driver.define(TestSlos.set(3, OLD, NEW.replace("{service: b}", "{service: a}")));
    traffic(random, 20, "old:a");
    // It changes again while it is read.
    driver.define(TestSlos.set(4, OLD, NEW.replace("{service: b}", "{service: a, kind: server}")));
    traffic(random, 20, "old:a");

    Map<String, String> both = ratios();
    ratios().forEach((name, ratio) -> both.put(name.replace("old", "new"), ratio));
    assertThat(settled()).isEqualTo(both);
    assertThat(reader.all("old")).allMatch(window -> window.getGeneration() == 0);
  }

  @Property(tries = 5)
  void theGroupsOfANewSloHaveTheirHistoryToo(@ForAll long seed) {
    Random random = new Random(seed);
    String groups = "{operation: x}\n              groupBy: {keys: service}";
    traffic(random, 50, "old:a", "new[service=a]:a", "new[service=b]:b");
    driver.define(TestSlos.set(2, OLD, TestSlos.slo("new", groups, NO_ERROR)));
    traffic(random, 50, "old:a", "new[service=a]:a", "new[service=b]:b");

    assertThat(settled()).isEqualTo(ratios());
    assertThat(told("new").getBackfill()).isEqualTo(Backfill.NONE);
  }

  @Property(tries = 1)
  void wordsTheObjectiveAndAlertsKeepWhatWasCounted() {
    traffic(new Random(1), 20, "old:a");
    settled();
    driver.define(
        TestSlos.set(
            2,
            OLD.replace("target: 0.99", "target: 0.5")
                .replace("  service: shop", "  service: shop\n  alertPolicies: []")));
    traffic(new Random(2), 20, "old:a");

    assertThat(settled()).isEqualTo(ratios());
    assertThat(reader.all("old")).allMatch(window -> window.getGeneration() == 0);
    assertThat(told("old").getVersion()).isEqualTo(2);
    assertThat(told("old").getBackfill()).isEqualTo(Backfill.NONE);
  }

  @Property(tries = 1)
  void anSloWithoutAnyEventIsDoneAtOnce() {
    traffic(new Random(1), 20, "old:a");
    driver.define(TestSlos.set(2, OLD, TestSlos.slo("none", "{service: nobody}", NO_ERROR)));

    assertThat(settled()).isEqualTo(ratios());
    assertThat(told("none").getBackfill()).isEqualTo(Backfill.NONE);
    assertThat(told("none").getRecordsRead()).isEqualTo(told("none").getRecords()).isPositive();
  }

  /** While a history is sent nobody decides by its SLO: the others go on until it is their turn. */
  @Property(tries = 1)
  void oneHistoryIsSentAfterTheOther() {
    for (int second = 0; second < 15_000; second += 10) { // more than one transaction sends
      send(List.of(event("b", now, true)));
      pass(Duration.ofSeconds(10));
    }
    driver.define(
        TestSlos.set(2, OLD, NEW, TestSlos.slo("newer", "{service: b, kind: server}", NO_ERROR)));
    pass(Duration.ofSeconds(1));
    Map<String, Set<Backfill>> phases = new TreeMap<>();
    for (int tick = 0; tick < 240; tick++) {
      pass(Duration.ofMillis(500));
      Backfill first = told("new").getBackfill();
      Backfill second = told("newer").getBackfill();
      assertThat(List.of(first, second)).isNotEqualTo(List.of(Backfill.SENDING, Backfill.SENDING));
      phases.computeIfAbsent("new", unused -> new HashSet<>()).add(first);
      phases.computeIfAbsent("newer", unused -> new HashSet<>()).add(second);
    }

    assertThat(phases.values()).allSatisfy(each -> assertThat(each).contains(Backfill.SENDING));
    assertThat(told("new").getBackfill()).isEqualTo(Backfill.NONE);
    assertThat(told("newer").getBackfill()).isEqualTo(Backfill.NONE);
  }

  @Property(tries = 1)
  void aHistoryIsNotBegunToBeSentWhileNobodyKnowsWhetherAllHasCome() {
    traffic(new Random(1), 40, "old:a", "new:b");
    driver.setBehind("sanitizer", true);
    driver.define(TestSlos.set(2, OLD, NEW));
    pass(Duration.ofSeconds(1));
    for (int tick = 0; tick < 120; tick++) {
      pass(Duration.ofMillis(500));
      assertThat(told("new").getBackfill()).isEqualTo(Backfill.READING);
    }
    assertThat(told("new").getRecordsRead()).isEqualTo(told("new").getRecords()).isPositive();

    driver.setBehind("sanitizer", false);
    assertThat(settled()).isEqualTo(ratios());
    assertThat(told("new").getBackfill()).isEqualTo(Backfill.NONE);
  }

  @Property(tries = 1)
  void saysHowFarItIs() {
    traffic(new Random(1), 40);
    driver.define(TestSlos.set(2, OLD, NEW));
    pass(Duration.ofSeconds(1));
    assertThat(told("new").getBackfill()).isEqualTo(Backfill.READING);
    assertThat(driver.meters().get("sluice.sli.backfill.slos").gauge().value()).isZero();
    pass(Duration.ofSeconds(2));
    assertThat(driver.meters().get("sluice.sli.backfill.slos").gauge().value()).isOne();

    settled();
    assertThat(told("new").getBackfill()).isEqualTo(Backfill.NONE);
    assertThat(driver.meters().get("sluice.sli.backfill.slos").gauge().value()).isZero();
  }

  @Property(tries = 1)
  void marksWindowsWhoseEventsMayBeGoneFromKafka() {
    for (int second = 0; second < 120; second += 10) {
      send(List.of(event("b", now, true)));
      pass(Duration.ofSeconds(10));
    }
    driver.expire(Topics.SPANS, 4); // the oldest that is left came after 40 s
    driver.define(TestSlos.set(2, OLD, NEW));
    settled();

    List<SliWindow> windows = reader.all("new");
    assertThat(windows.get(0).getStartTimeUnixNano()).isEqualTo(nanos(40));
    assertThat(windows)
        .allSatisfy(
            window ->
                assertThat(window.getComplete()) // an event may be 30 s ahead of its arrival
                    .isEqualTo(window.getStartTimeUnixNano() >= nanos(70)));
    assertThat(told("new").getCompleteSinceUnixNano()).isEqualTo(nanos(70));
  }

  @Property(tries = 1)
  void anSloThatGoesWhileItIsReadBeginsAnewWhenItComesBack() {
    traffic(new Random(1), 40, "old:a", "new:b");
    driver.define(TestSlos.set(2, OLD, NEW));
    traffic(new Random(2), 5, "old:a", "new:b");
    driver.define(TestSlos.set(3, OLD));
    traffic(new Random(3), 20, "old:a", "new:b");
    driver.define(TestSlos.set(4, OLD, NEW));
    traffic(new Random(4), 20, "old:a", "new:b");

    assertThat(settled()).isEqualTo(ratios());
    hasNoGap("new");
  }

  /**
   * Sends spans in records of one to four, and counts them by hand.
   *
   * @param counted SLO and service that it counts
   */
  private void traffic(Random random, int records, String... counted) {
    for (int i = 0; i < records; i++) {
      pass(Duration.ofMillis(random.nextInt(4000)));
      List<SpanBuilder> spans = new ArrayList<>();
      for (int span = random.nextInt(4); span >= 0; span--) {
        String service = random.nextBoolean() ? "a" : "b";
        boolean good = random.nextInt(4) > 0;
        long age = random.nextInt(5) > 0 ? random.nextInt(2000) : random.nextInt(350_000) - 35_000;
        Instant time = now.minusMillis(age);
        spans.add(event(service, time, good));
        if (age <= CONFIG.maxLateness().toMillis() && -age <= CONFIG.maxAhead().toMillis()) {
          for (String each : counted) {
            if (each.endsWith(":" + service)) {
              count(each.substring(0, each.indexOf(':')), time, good);
            }
          }
        }
      }
      send(spans);
      reader.follow(driver);
    }
  }

  private void count(String slo, Instant time, boolean good) {
    long second = time.getEpochSecond();
    String name = WindowReader.name(slo, Instant.ofEpochSecond(second - Math.floorMod(second, 10)));
    long[] ratio = expected.computeIfAbsent(name, unused -> new long[2]);
    ratio[0] += good ? 1 : 0;
    ratio[1]++;
  }

  private static SpanBuilder event(String service, Instant end, boolean good) {
    SpanBuilder span =
        Telemetry.service(service).span("x").kind(SERVER).start(end).took(Duration.ZERO);
    return good ? span : span.error();
  }

  private void send(List<SpanBuilder> spans) {
    driver.send(Topics.SPANS, new TestRecord<>(NO_KEY, Telemetry.spans(spans).toByteArray(), now));
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advance(time);
  }

  private Map<String, String> settled() {
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofSeconds(2));
    }
    assertThat(driver.deadLetters()).isEmpty();
    return reader.follow(driver).ratios();
  }

  private Map<String, String> ratios() {
    Map<String, String> ratios = new TreeMap<>();
    expected.forEach((name, ratio) -> ratios.put(name, ratio[0] + "/" + ratio[1]));
    return ratios;
  }

  /** Events may come late for windows before the first that was sent; these are not looked at. */
  private void hasNoGap(String slo) {
    long next = 0;
    for (SliWindow window : reader.all(slo)) {
      if (window.getStartTimeUnixNano() >= nanos(60)) {
        assertThat(next == 0 || next == window.getStartTimeUnixNano()).as("%s", window).isTrue();
        next = window.getStartTimeUnixNano() + window.getLengthNanos();
      }
    }
  }

  private SloBackfill told(String slo) {
    for (TestRecord<byte[], byte[]> record : driver.read(Topics.BACKFILLS)) {
      if (record.value() != null) {
        SloBackfill backfill = TOLD.decode(record.value());
        told.put(backfill.getSloId(), backfill);
      }
    }
    return Objects.requireNonNull(told.get(slo), "nothing was told of " + slo);
  }

  private FaultyStep owner() {
    return owners.get(owners.size() - 1);
  }

  private static long nanos(long second) {
    return Telemetry.START.plusSeconds(second).getEpochSecond() * 1_000_000_000L;
  }
}
