package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.SpanPlace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store keeps to. */
abstract class SearchStoreContract {

  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final TopicPartition LOGS = new TopicPartition("sluice.logs", 0);

  @SuppressWarnings("NullAway.Init") // openFresh comes first
  private SearchStore store;

  /** The store, with what was committed to it before. */
  abstract SearchStore open();

  /** Another one, without anything in it, whose queries look at no more documents. */
  abstract SearchStore openSmall(long mostScanned);

  /** Returns when readers see what was put. */
  abstract void show(SearchStore store);

  @BeforeEach
  void openFresh() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void saysThatAQueryWouldLookAtTooMuch() {
    try (SearchStore small = openSmall(2)) {
      for (int i = 1; i <= 3; i++) {
        small.put(log(i, i < 3 ? "cart" : "payment", 9, "x"));
        small.put(trace(i, 1, Telemetry.service("cart").span("call")));
      }
      show(small);
      assertThatThrownBy(() -> small.summary(LogQuery.all(), 10))
          .isInstanceOf(TooMuchToScanException.class)
          .hasMessageContaining("more than 2 lines")
          .hasMessageContaining("narrow from and to");
      assertThatThrownBy(() -> small.serviceCalls(Long.MIN_VALUE, Long.MAX_VALUE))
          .isInstanceOf(TooMuchToScanException.class)
          .hasMessageContaining("more than 2 traces");
      assertThat(small.summary(LogQuery.matching("service:cart"), 10).total()).isEqualTo(2);
      assertThat(small.logs(LogQuery.all()).entries()).hasSize(3);
    }
  }

  @Test
  void findsLogsByWordPhraseFieldAndNegation() {
    put(log(1, "payment", 9, "charging card [card] for order 7"));
    put(log(2, "payment", 17, "card was refused"));
    put(log(3, "cart", 9, "order placed"));
    assertThat(bodies("card")).hasSize(2);
    assertThat(bodies("\"charging card\"")).hasSize(1);
    assertThat(bodies("card -refused")).hasSize(1);
    assertThat(bodies("service:cart")).containsExactly("order placed");
    assertThat(bodies("thread:worker-1 order")).hasSize(2);
    assertThat(bodies("char*")).hasSize(1);
    assertThat(bodies("severity:error")).containsExactly("card was refused");
    assertThat(bodies("nowhere")).isEmpty();
  }

  @Test
  void givesTheNewestFirstInPagesWithoutGapsOrRepeats() {
    for (int i = 0; i < 25; i++) {
      put(log(i, "cart", 9, "line " + i));
    }
    List<String> all = new ArrayList<>();
    String cursor = null;
    do {
      LogPage page =
          store.logs(new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 10, cursor));
      page.entries().forEach(entry -> all.add(entry.body()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(all).hasSize(25).doesNotHaveDuplicates().startsWith("line 24").endsWith("line 0");
  }

  @Test
  void aPageHasFewerLinesWhenTheyAreLong() {
    for (int i = 0; i < 40; i++) {
      store.put(log(100 + i, "cart", 9, "y".repeat(1 << 20)));
    }
    show(store);
    List<String> all = new ArrayList<>();
    int pages = 0;
    String cursor = null;
    do {
      LogPage page =
          store.logs(new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 40, cursor));
      page.entries().forEach(entry -> all.add(entry.id()));
      cursor = page.nextCursor();
      pages++;
    } while (cursor != null);
    assertThat(all).doesNotHaveDuplicates().hasSize(40);
    assertThat(pages).isEqualTo(3);
    LogContext context = store.context("0-0-120", LogQuery.all(), 20).orElseThrow();
    assertThat(context.before()).hasSize(7).last().extracting(LogEntry::id).isEqualTo("0-0-119");
    assertThat(context.after()).hasSize(7).first().extracting(LogEntry::id).isEqualTo("0-0-121");
  }

  @Test
  void aPageHasFewerLinesWhereThereIsLittleMemory() {
    for (int i = 0; i < 300; i++) {
      // Long ones behind short ones, and more of the short ones than of the long ones.
      store.put(log(1000 + i, "cart", 9, "y".repeat(i % 150 < 20 ? 64 << 10 : 10)));
    }
    show(store);
    QueryMemory memory = new QueryMemory(8 << 20);
    List<String> all = new ArrayList<>();
    String cursor = null;
    do {
      try (QueryMemory.Share share = memory.share()) {
        LogPage page =
            store
                .until(() -> false, share)
                .logs(new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 300, cursor));
        assertThat(page.entries().stream().mapToLong(entry -> entry.body().length()).sum())
            .isLessThanOrEqualTo(1 << 20);
        assertThat(page.total()).isEqualTo(300);
        page.entries().forEach(entry -> all.add(entry.id()));
        cursor = page.nextCursor();
      }
    } while (cursor != null);
    assertThat(all).doesNotHaveDuplicates().hasSize(300);
    assertThat(memory.held()).isZero();
  }

  @Test
  void whatIsPutAgainAfterAFailureIsThereOnce() {
    put(log(1, "cart", 9, "committed"));
    store.commit(Map.of(LOGS, 1L));
    put(log(2, "cart", 9, "not committed"));
    assertThat(store.committed()).containsExactly(Map.entry(LOGS, 1L));
    put(log(2, "cart", 9, "not committed"));
    put(log(3, "cart", 9, "behind it"));
    store.commit(Map.of(LOGS, 3L));
    assertThat(store.committed()).containsExactly(Map.entry(LOGS, 3L));
    assertThat(bodies("")).containsExactly("behind it", "not committed", "committed");
    assertThat(store.logCount()).isEqualTo(3);
  }

  @Test
  void takesWhatSeveralThreadsPutWhileReadersAreShownIt() {
    int lines = 400;
    try (Workers workers = new Workers("worker", store.writers())) {
      List<Runnable> parts = new ArrayList<>();
      for (int i = 0; i < store.writers(); i++) {
        int first = i * lines;
        parts.add(() -> putLines(first, lines));
      }
      Workers.Work work = workers.start(parts);
      while (!work.hasEnded()) {
        store.refresh();
      }
      work.await();
    }
    store.settle();
    show(store);
    assertThat(store.logCount()).isEqualTo((long) lines * store.writers());
  }

  private void putLines(int first, int lines) {
    for (int i = first; i < first + lines; i++) {
      store.put(log(i, "cart", 9, "line " + i));
    }
  }

  @Test
  void keepsEveryFieldOfAnEntry() {
    LogEntry entry =
        new LogEntry(
            "0-1-0",
            5,
            "cart",
            13,
            "WARN",
            "body",
            "0a".repeat(16),
            "0b".repeat(8),
            Map.of("a=b", "c=d", "empty", ""),
            Map.of("host.name", "h"));
    put(entry);
    assertThat(store.logs(LogQuery.all()).entries()).containsExactly(entry);
  }

  @Test
  void takesValuesOfAnyLength() {
    put(log(1, "cart", 9, "x".repeat(100_000)));
    put(
        new LogEntry(
            "big",
            1,
            "s".repeat(40_000),
            9,
            "",
            "body",
            "",
            "",
            Map.of("k", "v".repeat(100_000)),
            Map.of()));
    assertThat(store.logCount()).isEqualTo(2);
  }

  @Test
  void refusesWhatItDoesNotUnderstandWithASentence() {
    assertThatThrownBy(() -> bodies("\"open"))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("q:");
    assertThatThrownBy(
            () ->
                store.logs(
                    new LogQuery(
                        "", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 10, "nonsense")))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("cursor");
    assertThatThrownBy(() -> bodies("severity:loud")).hasMessageContaining("severity");
  }

  @Test
  void aSeverityBeyondAllThatHaveNamesIsNotBelowAny() {
    put(log(1, "payment", 25, "worse than fatal"));
    put(log(2, "payment", 9, "fine"));
    LogQuery errors = new LogQuery("", null, null, 17, Long.MIN_VALUE, Long.MAX_VALUE, 10, null);
    assertThat(store.logs(errors).entries())
        .extracting(LogEntry::body)
        .containsExactly("worse than fatal");
  }

  @Test
  void findsTracesByServiceOperationDurationErrorAndTag() {
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart").attribute("user", "ann")));
    store.put(trace(2, 1, Telemetry.service("payment").span("POST /charge").error()));
    show(store);
    TraceQuery all = TraceQuery.all();
    assertThat(store.traces(all).traces()).hasSize(2);
    assertThat(store.traces(all.ofService("cart")).traces()).hasSize(1);
    assertThat(
            store
                .traces(
                    new TraceQuery(
                        "cart",
                        "POST /charge",
                        0,
                        Long.MAX_VALUE,
                        false,
                        Map.of(),
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        10,
                        null))
                .traces())
        .isEmpty();
    assertThat(
            store
                .traces(
                    new TraceQuery(
                        null,
                        null,
                        0,
                        Long.MAX_VALUE,
                        true,
                        Map.of(),
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        10,
                        null))
                .traces())
        .singleElement()
        .satisfies(found -> assertThat(found.error()).isTrue());
    assertThat(
            store
                .traces(
                    new TraceQuery(
                        null,
                        null,
                        0,
                        Long.MAX_VALUE,
                        false,
                        Map.of("user", "ann"),
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        10,
                        null))
                .traces())
        .hasSize(1);
    assertThat(store.services()).containsExactly("cart", "payment");
    assertThat(store.operations("cart")).containsExactly(new Operation("GET /cart", "internal"));
  }

  @Test
  void showsVersionsOfATraceAsOneTrace() {
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
    store.put(trace(1, 2, Telemetry.service("late").span("late")));
    show(store);
    String id = HexFormat.of().formatHex(Telemetry.traceId(1));
    assertThat(store.traces(TraceQuery.all()).traces()).hasSize(1);
    assertThat(store.traceCount()).isEqualTo(1);
    assertThat(store.trace(id).orElseThrow().versions()).hasSize(2);
    assertThat(store.trace(id).orElseThrow().summary().services()).containsExactly("cart", "late");
    assertThat(store.trace("00".repeat(16))).isEmpty();
  }

  @Test
  void aVersionThatComesAgainReplacesItself() {
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
    store.put(trace(1, 2, Telemetry.service("late").span("late")));
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
    show(store);
    String id = HexFormat.of().formatHex(Telemetry.traceId(1));
    assertThat(store.trace(id).orElseThrow().versions())
        .extracting(Trace::getVersion)
        .containsExactly(1, 2);
    assertThat(store.trace(id).orElseThrow().summary().spanCount()).isEqualTo(2);
    assertThat(store.traceCount()).isEqualTo(1);
  }

  /** As the assembler numbers a trace that it has forgotten. */
  @Test
  void aFirstVersionWithOtherSpansReplacesNothing() {
    Trace late = trace(1, 2, Telemetry.service("late").span("late"));
    store.put(Trace.newBuilder(late).setVersion(1).setCompleteness(Completeness.TIMED_OUT).build());
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
    show(store);

    TraceSummary summary = store.traces(TraceQuery.all()).traces().get(0);
    assertThat(store.traceCount()).isEqualTo(1);
    assertThat(summary.services()).containsExactly("cart", "late");
    assertThat(summary.spanCount()).isEqualTo(2);
    assertThat(summary.versionCount()).isEqualTo(2);
    assertThat(summary.completeness()).isEqualTo("COMPLETE");
  }

  @Test
  void oneTraceOfManyVersionsHidesNoOther() {
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
    store.put(trace(3, 1, Telemetry.service("cart").span("GET /cart")));
    for (int version = 1; version <= 30; version++) {
      Trace step = trace(2, version, Telemetry.service("job").span("step"));
      long later = step.getStartTimeUnixNano() + version;
      store.put(Trace.newBuilder(step).setStartTimeUnixNano(later).build());
    }
    show(store);

    TraceQuery two =
        new TraceQuery(
            null,
            null,
            0,
            Long.MAX_VALUE,
            false,
            Map.of(),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            2,
            null);
    assertThat(store.traces(two).traces())
        .extracting(TraceSummary::traceId)
        .doesNotHaveDuplicates()
        .hasSize(2);
    assertThat(store.traces(TraceQuery.all()).traces())
        .extracting(TraceSummary::versionCount)
        .containsExactlyInAnyOrder(1, 1, 30);
  }

  @Test
  void saysHowManyVersionsThereAreWhereItLooksAtTheFirst() {
    for (int version = 1; version <= 1005; version++) {
      store.put(trace(1, version, Telemetry.service("job").span("step")));
    }
    show(store);

    StoredTrace trace = store.trace(HexFormat.of().formatHex(Telemetry.traceId(1))).orElseThrow();
    assertThat(trace.versions()).hasSize(1000).first().extracting(Trace::getVersion).isEqualTo(1);
    assertThat(trace.summary().versionCount()).isEqualTo(1005);
  }

  @Test
  void listsATraceOfLargePartsAmongOthersAndShowsWhatThereIsRoomFor() {
    for (int part = 1; part <= 20; part++) {
      SpanBuilder span = Telemetry.service("job").span("step");
      store.put(trace(1, part, span.attribute("a", "v".repeat(4 << 20))));
      show(store);
    }
    store.put(trace(2, 1, Telemetry.service("cart").span("GET /cart")));
    show(store);
    QueryMemory memory = new QueryMemory(8 * (20 << 20));
    SearchReader reader = store.until(() -> false, memory.share());
    assertThat(reader.traces(TraceQuery.all()).traces())
        .extracting(TraceSummary::versionCount)
        .containsExactly(1, 20);
    String id = HexFormat.of().formatHex(Telemetry.traceId(1));
    assertThat(reader.trace(id).orElseThrow().versions())
        .extracting(Trace::getVersion)
        .containsExactly(1, 2, 3, 4);
    assertThat(store.trace(id).orElseThrow().versions()).hasSize(20);
  }

  @Test
  void countsASpanOnceThatCameAgainInALaterVersion() {
    Trace first = trace(1, 1, Telemetry.service("cart").span("GET /cart"));
    store.put(first);
    store.put(Trace.newBuilder(first).setVersion(2).setCompleteness(Completeness.LATE).build());
    show(store);
    assertThat(store.traces(TraceQuery.all()).traces().get(0).spanCount()).isEqualTo(1);
  }

  @Test
  void showsThePartsOfALargeTraceAsOneAndWhereItsErrorBegan() {
    SpanPlace origin = new SpanPlace(new SpanId(Telemetry.spanId(12)), "bank", "charge");
    for (int part = 1; part <= 3; part++) {
      Trace of = trace(1, part, Telemetry.service("service-" + part).span("s"));
      store.put(
          Trace.newBuilder(of)
              .setCompleteness(Completeness.TOO_LARGE)
              .setCloseReason(part < 3 ? CloseReason.SIZE : CloseReason.INACTIVE)
              .setErrorOrigin(part == 2 ? origin : null)
              .build());
    }
    show(store);
    TraceSummary summary = store.traces(TraceQuery.all()).traces().get(0);
    assertThat(store.traceCount()).isEqualTo(1);
    assertThat(summary.spanCount()).isEqualTo(3);
    assertThat(summary.services()).hasSize(3);
    assertThat(summary.completeness()).isEqualTo("TOO_LARGE");
    assertThat(summary.errorService()).isEqualTo("bank");
    assertThat(summary.errorOperation()).isEqualTo("charge");
  }

  @Test
  void countsLinesByTimeSeverityAndService() {
    long second = 1_000_000_000;
    for (int i = 0; i < 120; i++) {
      store.put(
          line("c" + i, 1000 * second + i * second, "cart", i % 2 == 0 ? 9 : 17, "card " + i));
    }
    store.put(line("p", 1060 * second, "payment", 0, "a card without severity"));
    store.put(line("other", 1060 * second, "payment", 9, "no such word"));
    show(store);

    LogSummary summary = store.summary(LogQuery.matching("card"), 10);
    assertThat(summary.total()).isEqualTo(121);
    assertThat(summary.stepNanos()).isEqualTo(15 * second);
    assertThat(summary.severities())
        .containsExactly(Map.entry("unset", 1L), Map.entry("info", 60L), Map.entry("error", 60L));
    assertThat(summary.services())
        .containsExactly(Map.entry("cart", 120L), Map.entry("payment", 1L));
    assertThat(summary.buckets()).hasSizeLessThanOrEqualTo(10);
    assertThat(summary.buckets().get(0).startUnixNano()).isEqualTo(990 * second);
    assertThat(
            summary.buckets().stream()
                .flatMap(bucket -> bucket.severities().values().stream())
                .mapToLong(count -> count)
                .sum())
        .isEqualTo(121);
    assertThat(store.summary(LogQuery.matching("nowhere"), 10).total()).isZero();
  }

  @Test
  void countsLinesOfAnyTime() {
    store.put(line("first", Long.MIN_VALUE, "cart", 9, "x"));
    store.put(line("zero", 0, "cart", 9, "x"));
    store.put(line("last", Long.MAX_VALUE, "cart", 9, "x"));
    show(store);
    LogSummary summary = store.summary(LogQuery.all(), 5);
    assertThat(summary.total()).isEqualTo(3);
    assertThat(summary.buckets()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void showsALineAmongItsNeighbours() {
    for (int i = 0; i < 10; i++) {
      // All at one time: the order is then the one of the pages.
      store.put(line("0-0-" + i, 7, i == 5 ? "payment" : "cart", 9, "line " + i));
    }
    show(store);
    List<String> all = bodies("");
    LogQuery cart = new LogQuery("", "cart", null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 100, null);
    LogContext context = store.context("0-0-4", cart, 2).orElseThrow();
    assertThat(context.entry().body()).isEqualTo("line 4");
    assertThat(context.after()).extracting(LogEntry::body).containsExactly("line 3", "line 2");
    assertThat(context.before()).extracting(LogEntry::body).containsExactly("line 7", "line 6");
    assertThat(all).startsWith("line 0").endsWith("line 9");
    assertThat(store.context("0-0-0", LogQuery.all(), 100).orElseThrow().before()).hasSize(9);
    assertThat(store.context("nothing", cart, 2)).isEmpty();
  }

  @Test
  void pagesThroughTracesOfManyVersionsWithoutGapsOrRepeats() {
    for (int number = 1; number <= 12; number++) {
      for (int version = 1; version <= number % 3 + 1; version++) {
        Trace trace = trace(number, version, Telemetry.service("cart").span("GET /cart"));
        store.put(
            Trace.newBuilder(trace).setStartTimeUnixNano(number % 5 * 100L + version).build());
      }
    }
    show(store);
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      TracePage page =
          store.traces(
              new TraceQuery(
                  "cart",
                  null,
                  0,
                  Long.MAX_VALUE,
                  false,
                  Map.of(),
                  Long.MIN_VALUE,
                  Long.MAX_VALUE,
                  5,
                  cursor));
      page.traces().forEach(trace -> seen.add(trace.traceId()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(seen).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void findsTracesByWhatASpanSaysWithoutAttributes() {
    store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart").kind(SpanKind.SERVER)));
    store.put(
        trace(2, 1, Telemetry.service("cart").span("POST /charge").kind(SpanKind.CLIENT).error()));
    show(store);
    assertThat(tagged("span.kind", "server")).isEqualTo(1);
    assertThat(tagged("span.kind", "client")).isEqualTo(1);
    assertThat(tagged("error", "true")).isEqualTo(1);
    assertThat(tagged("otel.status_code", "ERROR")).isEqualTo(1);
    assertThat(store.operations("cart"))
        .containsExactly(
            new Operation("GET /cart", "server"), new Operation("POST /charge", "client"));
  }

  @Test
  void findsAFloatingPointNumberAsABrowserWritesIt() {
    SpanBuilder span = Telemetry.service("cart").span("GET /cart");
    span.attribute("whole", 5.0).attribute("large", 1e10).attribute("small", 1.5e-7);
    store.put(trace(1, 1, span.attribute("count", 5).attribute("version", "1.0")));
    show(store);
    assertThat(tagged("whole", "5")).isEqualTo(1);
    assertThat(tagged("whole", "5.0")).isEqualTo(1);
    assertThat(tagged("large", "10000000000")).isEqualTo(1);
    assertThat(tagged("small", "1.5e-7")).isEqualTo(1);
    assertThat(tagged("count", "5")).isEqualTo(1);
    assertThat(tagged("version", "1.0")).isEqualTo(1);
    assertThat(tagged("whole", "5.5")).isZero();
    assertThat(tagged("large", "1000000000")).isZero();
    assertThat(tagged("whole", "5f")).as("no number of a browser").isZero();
  }

  @Test
  void findsATraceByItsErrorHoweverManyAttributesItHas() {
    SpanBuilder first = Telemetry.service("cart").span("GET /cart").kind(SpanKind.SERVER);
    for (int i = 0; i < 3000; i++) {
      first.attribute("key" + i, "value");
    }
    SpanBuilder last = Telemetry.service("payment").span("charge").kind(SpanKind.CLIENT).error();
    byte[] otlp = TraceBuilder.trace(Telemetry.traceId(1), first.calls(last)).toRequestBytes();
    Trace trace = trace(1, 1, Telemetry.service("cart").span("GET /cart"));
    store.put(Trace.newBuilder(trace).setOtlp(ByteBuffer.wrap(otlp)).build());
    show(store);
    assertThat(tagged("error", "true")).isEqualTo(1);
    assertThat(tagged("otel.status_code", "ERROR")).isEqualTo(1);
    assertThat(tagged("span.kind", "client")).isEqualTo(1);
    assertThat(store.operations("payment")).containsExactly(new Operation("charge", "client"));
  }

  @Test
  void addsUpWhoCalledWhomInATime() {
    for (int number = 1; number <= 3; number++) {
      SpanBuilder answer = Telemetry.service("payment").span("charge").kind(SpanKind.SERVER);
      if (number == 3) {
        answer.error();
      }
      SpanBuilder query = Telemetry.service("payment").span("SELECT").kind(SpanKind.CLIENT);
      answer.calls(query.attribute("db.system.name", "postgresql"));
      SpanBuilder call = Telemetry.service("cart").span("call").kind(SpanKind.CLIENT);
      byte[] otlp =
          TraceBuilder.trace(Telemetry.traceId(number), call.calls(answer)).toRequestBytes();
      Trace trace = trace(number, 1, Telemetry.service("cart").span("call"));
      store.put(Trace.newBuilder(trace).setOtlp(ByteBuffer.wrap(otlp)).build());
    }
    show(store);
    assertThat(store.serviceCalls(Long.MIN_VALUE, Long.MAX_VALUE))
        .extracting(ServiceCall::client, ServiceCall::server, ServiceCall::connection)
        .containsExactly(
            tuple("cart", "payment", ServiceCall.DIRECT),
            tuple("payment", "postgresql", ServiceCall.DATABASE));
    ServiceCall call = store.serviceCalls(Long.MIN_VALUE, Long.MAX_VALUE).get(0);
    assertThat(call.count()).isEqualTo(3);
    assertThat(call.failed()).isEqualTo(1);
    assertThat(call.nanos()).isPositive();
    assertThat(store.serviceCalls(2, 3).get(0).count()).isEqualTo(1);
    assertThat(store.serviceCalls(1000, 2000)).isEmpty();
  }

  @Test
  void stopsAQueryWhoseAskerIsGone() {
    put(log(1, "cart", 9, "a line"));
    SearchReader gone = store.until(() -> true, new QueryMemory(1 << 20).share());
    assertThatThrownBy(() -> gone.logs(LogQuery.all())).isInstanceOf(QueryStoppedException.class);
    assertThatThrownBy(() -> gone.summary(LogQuery.all(), 10))
        .isInstanceOf(QueryStoppedException.class);
    assertThatThrownBy(() -> gone.traces(TraceQuery.all()))
        .isInstanceOf(QueryStoppedException.class);
    assertThat(
            store
                .until(() -> false, new QueryMemory(1 << 20).share())
                .logs(LogQuery.all())
                .entries())
        .hasSize(1);
  }

  @Test
  void refusesAQueryWhenOthersHoldTheMemory() {
    for (int i = 0; i < 10; i++) {
      put(log(i, "cart", 9, "x".repeat(10_000)));
    }
    QueryMemory memory = new QueryMemory(1 << 20);
    QueryMemory.Share first = memory.share();
    QueryMemory.Share second = memory.share();
    LogQuery all = LogQuery.all();
    assertThat(store.until(() -> false, first).logs(all).entries()).hasSize(10);
    assertThat(memory.held()).isPositive();
    assertThatThrownBy(() -> store.until(() -> false, second).logs(all))
        .isInstanceOf(QueriesBusyException.class)
        .hasMessageContaining("1 MiB");
    second.close();
    first.close();
    assertThat(memory.held()).isZero();
    assertThat(store.until(() -> false, memory.share()).logs(all).entries()).hasSize(10);
  }

  @Test
  void keepsWhatWasCommittedWithItsOffsets() {
    TopicPartition partition = new TopicPartition("a.b:c", 3);
    put(log(1, "cart", 9, "kept"));
    store.commit(Map.of(partition, 42L));
    store.close();
    store = open();
    assertThat(store.committed()).containsExactly(Map.entry(partition, 42L));
    assertThat(bodies("")).containsExactly("kept");
  }

  @Test
  void forgetsByWhenItWasStoredWhateverTimesItsSenderWrote() {
    long now = System.currentTimeMillis();
    store.put(line("old", 0, "cart", 9, "of 1970"), DocumentSource.at(0));
    store.commit(Map.of(LOGS, 1L));
    store.put(line("new", Long.MAX_VALUE, "cart", 9, "of the future"), DocumentSource.at(now));
    store.commit(Map.of(LOGS, 2L));
    show(store);
    store.deleteBefore(now - Duration.ofDays(3).toMillis());
    show(store);
    assertThat(bodies("")).containsExactly("of the future", "of 1970");
    store.deleteBefore(now + Duration.ofDays(3).toMillis());
    show(store);
    assertThat(bodies("")).isEmpty();
    assertThat(store.committed()).containsExactly(Map.entry(LOGS, 2L));
  }

  /** A store may keep each of these days in a place of its own. */
  private void storeFiveDays() {
    for (int day = 0; day < 5; day++) {
      DocumentSource source = DocumentSource.at(Duration.ofDays(20_000 + day).toMillis());
      for (int i = 0; i < 30; i++) {
        // Each day's lines reach into the next one; every tenth has a time of long ago.
        long time = i % 10 == 9 ? i : day * 20L * HOUR + i * HOUR;
        store.put(line(day + "-" + i, time, "s" + day, 9, "line " + day + " " + i), source);
      }
      Trace trace = trace(1, day + 1, Telemetry.service("s" + day).span("step " + day));
      store.put(Trace.newBuilder(trace).setStartTimeUnixNano(day * 20L * HOUR + 1).build(), source);
      store.commit(Map.of(LOGS, day + 1L));
    }
    show(store);
  }

  @Test
  void pagesThroughWhatWasStoredOnSeveralDays() {
    storeFiveDays();
    for (int limit : new int[] {1, 7, 149, 150, 151}) {
      List<LogEntry> all = new ArrayList<>();
      String cursor = null;
      do {
        LogPage page =
            store.logs(
                new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, limit, cursor));
        all.addAll(page.entries());
        cursor = page.nextCursor();
      } while (cursor != null);
      assertThat(all).extracting(LogEntry::id).doesNotHaveDuplicates().hasSize(150);
      assertThat(all)
          .isSortedAccordingTo(
              Comparator.comparingLong(LogEntry::timeUnixNano)
                  .reversed()
                  .thenComparing(LogEntry::id));
    }
  }

  @Test
  void findsATimeOnWhicheverDayItWasStored() {
    storeFiveDays();
    long from = 22 * HOUR;
    long to = 41 * HOUR;
    LogQuery between = new LogQuery("line", null, null, 0, from, to, 100, null);
    List<LogEntry> found = store.logs(between).entries();
    // Hours 22 to 28 of the first day, 2 to 20 of the second, 0 of the third, less those of 1970.
    assertThat(found).hasSize(7 + 17 + 1);
    assertThat(found).allMatch(entry -> entry.timeUnixNano() >= from && entry.timeUnixNano() < to);
    assertThat(store.summary(between, 100).services())
        .containsExactly(Map.entry("s1", 17L), Map.entry("s0", 7L), Map.entry("s2", 1L));
    assertThat(store.logs(new LogQuery("line", null, null, 0, 0, 30, 100, null)).entries())
        .hasSize(5 * 3 + 1);
    assertThat(store.logs(new LogQuery("", null, null, 0, 900 * HOUR, 901 * HOUR, 9, null)))
        .isEqualTo(new LogPage(List.of(), 0, null));
    LogContext context = store.context("1-0", LogQuery.all(), 2).orElseThrow();
    assertThat(context.before()).extracting(LogEntry::id).containsExactly("0-17", "0-18");
    assertThat(context.after()).extracting(LogEntry::id).containsExactly("0-20", "1-1");
  }

  @Test
  void showsATraceWholeWhoseVersionsWereStoredOnSeveralDays() {
    storeFiveDays();
    String id = HexFormat.of().formatHex(Telemetry.traceId(1));
    assertThat(store.traceCount()).isEqualTo(1);
    assertThat(store.trace(id).orElseThrow().versions())
        .extracting(Trace::getVersion)
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(store.services()).containsExactly("s0", "s1", "s2", "s3", "s4");
    TraceQuery second =
        new TraceQuery(
            null, null, 0, Long.MAX_VALUE, false, Map.of(), 20 * HOUR, 21 * HOUR, 10, null);
    assertThat(store.traces(second).traces())
        .singleElement()
        .satisfies(trace -> assertThat(trace.versionCount()).isEqualTo(5));
  }

  @Test
  void findsLinesOfTheLedgerByRuleServiceAndTime() {
    store.put(redaction("card", "payment", 1), source("0-1"));
    store.put(redaction("card", "payment", 1), source("0-1"));
    store.put(redaction("email", "cart", 2), source("0-2"));
    show(store);
    assertThat(store.redactions(RedactionQuery.all()))
        .containsExactly(redaction("email", "cart", 2), redaction("card", "payment", 1));
    assertThat(store.redactions(new RedactionQuery("card", "payment", 1, 2, 10))).hasSize(1);
    assertThat(store.redactions(new RedactionQuery("card", "cart", 1, 2, 10))).isEmpty();
    assertThat(store.redactions(new RedactionQuery(null, null, 2, 3, 10)))
        .containsExactly(redaction("email", "cart", 2));
    assertThat(store.services()).isEmpty();
  }

  private static DocumentSource source(String place) {
    return new DocumentSource() {
      @Override
      public String place() {
        return place;
      }

      @Override
      public long arrivedMillis() {
        return 1;
      }

      @Override
      public void refused(String why) {
        throw new AssertionError(why);
      }
    };
  }

  private static Redaction redaction(String rule, String service, long start) {
    return Redaction.newBuilder()
        .setRuleId(rule)
        .setRuleSetVersion(1)
        .setSignal(Signal.LOGS)
        .setService(service)
        .setFieldPath("log.body")
        .setAction(RedactionAction.MASK)
        .setCount(3)
        .setWindowStartUnixNano(start)
        .setWindowLengthNanos(1)
        .build();
  }

  private void put(LogEntry entry) {
    store.put(entry);
    show(store);
  }

  private List<String> bodies(String query) {
    return store.logs(LogQuery.matching(query)).entries().stream().map(LogEntry::body).toList();
  }

  private int tagged(String key, String value) {
    return store
        .traces(
            new TraceQuery(
                null,
                null,
                0,
                Long.MAX_VALUE,
                false,
                Map.of(key, value),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                10,
                null))
        .traces()
        .size();
  }

  private static LogEntry line(String id, long time, String service, int severity, String body) {
    return new LogEntry(id, time, service, severity, "", body, "", "", Map.of(), Map.of());
  }

  private static LogEntry log(int number, String service, int severity, String body) {
    return new LogEntry(
        "0-0-" + number,
        number,
        service,
        severity,
        "",
        body,
        "",
        "",
        Map.of("thread", "worker-1"),
        Map.of());
  }

  static Trace trace(long number, int version, SpanBuilder span) {
    span.trace(Telemetry.traceId(number)).id(Telemetry.spanId(number * 10 + version));
    Set<String> services = new HashSet<>();
    byte[] otlp = span.toRequestBytes();
    OtlpRequest.forEachSpan(
        Slice.of(otlp), (resource, scope, view) -> services.add(resource.serviceName()));
    boolean error = span.toProto().getStatus().getCodeValue() == 2;
    return Trace.newBuilder()
        .setTraceId(new TraceId(Telemetry.traceId(number)))
        .setVersion(version)
        .setServices(List.copyOf(services))
        .setStartTimeUnixNano(number)
        .setDurationNanos(1_000_000)
        .setError(error)
        .setSpanCount(1)
        .setCompleteness(Completeness.COMPLETE)
        .setCloseReason(CloseReason.COMPLETE)
        .setCloseDelayMillis(500)
        .setOtlp(ByteBuffer.wrap(otlp))
        .build();
  }
}
