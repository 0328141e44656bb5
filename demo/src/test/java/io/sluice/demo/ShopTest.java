package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShopTest {

  /** Of which one is not held up by what else the machine does. */
  private static final int CALLS = 4;

  private RecordedShop shop = new RecordedShop();

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void makesOneTraceOfACheckoutThroughAllServices() throws Exception {
    assertThat(shop.purchase("ann", DemoSecrets.CARD)).isEqualTo(200);

    List<SpanData> trace = traceOfTheCheckout();
    Map<String, SpanData> byId =
        trace.stream().collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));
    assertThat(trace)
        .extracting(RecordedShop::serviceOf)
        .contains("frontend", "checkout", "cart", "inventory", "payment", "shipping");
    assertThat(trace).filteredOn(span -> !span.getParentSpanContext().isValid()).hasSize(1);
    assertThat(trace)
        .filteredOn(span -> span.getParentSpanContext().isValid())
        .allSatisfy(span -> assertThat(byId).containsKey(span.getParentSpanId()));
    assertThat(calls(trace, byId))
        .contains(
            "frontend -> checkout",
            "checkout -> cart",
            "checkout -> inventory",
            "checkout -> payment",
            "checkout -> shipping");
    SpanData entry = shop.awaitSpan("checkout", "POST /checkout");
    assertThat(entry.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(entry.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void describesDatabaseAndCacheByTheSemanticConventions() throws Exception {
    shop.purchase("ann", DemoSecrets.CARD);

    SpanData insert = shop.spans("checkout", "INSERT orders").get(0);
    assertThat(insert.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(text(insert, "db.system.name")).isEqualTo("h2database");
    assertThat(text(insert, "db.namespace")).isEqualTo("orders");
    assertThat(text(insert, "db.operation")).isEqualTo("INSERT");
    assertThat(text(insert, "db.sql.table")).isEqualTo("orders");
    assertThat(text(insert, "db.query.text")).contains("VALUES (?, ?, ?)");
    assertThat(text(insert, "db.query.summary")).isEqualTo("INSERT orders");
    SpanData select = shop.spans("inventory", "SELECT products").get(0);
    assertThat(select.getAttributes().get(AttributeKey.longKey("db.response.returned_rows")))
        .isEqualTo(1);
    SpanData read = shop.awaitSpan("cart", "GET /carts/{customer}");
    assertThat(text(read, "cache.name")).isEqualTo("carts");
    assertThat(read.getAttributes().get(AttributeKey.booleanKey("cache.hit"))).isTrue();
  }

  @Test
  void countsTheRowsOfALongAnswerAndOfNone() throws Exception {
    assertThat(shop.send("GET", "/products", "")).isEqualTo(200);
    assertThat(shop.send("GET", "/products/p-0", "")).isEqualTo(404);

    await().until(() -> shop.spans("inventory", "SELECT products").size() == 2);
    assertThat(shop.spans("inventory", "SELECT products"))
        .extracting(s -> s.getAttributes().get(AttributeKey.longKey("db.response.returned_rows")))
        .containsExactly((long) Catalogue.size(), 0L);
  }

  @Test
  void carriesTheTraceThroughKafkaToInventoryWhichEndsTheReservation() throws Exception {
    shop.purchase("ann", DemoSecrets.CARD);

    SpanData deleted = shop.awaitSpan("inventory", "DELETE reservations");
    SpanData heard = shop.awaitSpan("inventory", "process shop_orders");
    SpanData said =
        await()
            .until(
                () ->
                    shop.spans().stream()
                        .filter(span -> span.getKind() == SpanKind.PRODUCER)
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    SpanData checkout = shop.awaitSpan("checkout", "POST /checkout");
    assertThat(RecordedShop.serviceOf(said)).isEqualTo("checkout");
    assertThat(said.getParentSpanId()).isEqualTo(checkout.getSpanId());
    assertThat(heard.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(heard.getParentSpanId()).isEqualTo(said.getSpanId());
    assertThat(deleted.getParentSpanId()).isEqualTo(heard.getSpanId());
    assertThat(deleted.getTraceId()).isEqualTo(checkout.getTraceId());
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // sent when it returns
  void hearsOfOrdersAfterARecordThatNamesNone() throws Exception {
    try (Producer<String, byte[]> somebody = shop.orders().producer()) {
      somebody.send(new ProducerRecord<>(OrderTopic.NAME, "no order", null), null);
    }

    shop.purchase("ann", DemoSecrets.CARD);

    shop.awaitSpan("inventory", "DELETE reservations");
  }

  @Test
  void keepsTheLastRowsOfATableThatOnlyGrows() {
    int rows = 12_500;
    try (Database database =
        Database.open(
            OpenTelemetry.noop(), "growing", "CREATE TABLE orders (id VARCHAR PRIMARY KEY)")) {
      for (int i = 1; i <= rows; i++) {
        database.append("orders", "INSERT INTO orders (id) VALUES (?)", "ord-" + i);
      }

      List<String> kept = database.all("SELECT id FROM orders", row -> row.getString(1));

      assertThat(kept).hasSizeBetween(10_000, 11_000);
      assertThat(kept).contains("ord-" + rows, "ord-" + (rows - 9_999));
    }
  }

  @Test
  void waitsInTheDatabaseWhileItsQueryIsSlow() throws Exception {
    shop.faults().activate("stock-query-slow");
    assertThat(shop.send("GET", "/products/p-3", "")).isEqualTo(200);
    shop.faults().clear("stock-query-slow");
    for (int i = 0; i < CALLS; i++) {
      assertThat(shop.send("GET", "/products/p-3", "")).isEqualTo(200);
    }

    await().until(() -> shop.spans("inventory", "SELECT products").size() == 1 + CALLS);
    List<SpanData> queries = shop.spans("inventory", "SELECT products");
    assertThat(duration(queries.get(0))).isGreaterThan(Duration.ofMillis(390));
    assertThat(fastest(queries.subList(1, queries.size()))).isLessThan(Duration.ofMillis(390));
  }

  @Test
  void measuresHttpDatabasesAndBusiness() throws Exception {
    shop.purchase("ann", DemoSecrets.CARD);

    await()
        .untilAsserted(
            () ->
                assertThat(shop.metrics())
                    .extracting(MetricData::getName)
                    .contains(
                        "http.server.request.duration",
                        "http.client.request.duration",
                        "db.client.operation.duration",
                        "db.client.response.affected_rows",
                        "db.client.response.returned_rows",
                        "shop.orders",
                        "shop.order.value"));
  }

  @Test
  void logsInTheContextOfTheTraceAtSeveralLevels() throws Exception {
    shop.purchase("ann", DemoSecrets.CARD);

    String traceId = shop.awaitSpan("checkout", "POST /checkout").getTraceId();
    assertThat(shop.logs())
        .filteredOn(log -> log.getSpanContext().getTraceId().equals(traceId))
        .hasSizeGreaterThan(5)
        .extracting(log -> log.getSeverity())
        .contains(Severity.DEBUG, Severity.INFO);
    assertThat(shop.logs())
        .allSatisfy(log -> assertThat(log.getTimestampEpochNanos()).isPositive());
    assertThat(shop.logs()).allSatisfy(log -> assertThat(log.getSpanContext().isValid()).isTrue());
  }

  @Test
  void carriesBaggageFromTheFrontendToPayment() throws Exception {
    shop.purchase("customer-7", DemoSecrets.CARD);

    assertThat(shop.logs())
        .extracting(log -> log.getAttributes().get(AttributeKey.stringKey("customer.tier")))
        .contains("gold");
  }

  @Test
  void slowsPaymentDownAndUpAgain() throws Exception {
    shop.faults().activate("payment-slow");
    shop.purchase("ann", DemoSecrets.CARD);
    shop.faults().clear("payment-slow");
    for (int i = 0; i < CALLS; i++) {
      shop.purchase("bea", DemoSecrets.CARD);
    }

    await().until(() -> shop.spans("checkout", "POST /checkout").size() == 1 + CALLS);
    List<SpanData> checkouts = shop.spans("checkout", "POST /checkout");
    assertThat(duration(checkouts.get(0))).isGreaterThan(Duration.ofMillis(1500));
    assertThat(fastest(checkouts.subList(1, checkouts.size()))).isLessThan(Duration.ofMillis(1500));
    assertThat(checkouts)
        .allSatisfy(s -> assertThat(s.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
  }

  @Test
  void failsEverySecondPaymentAndReleasesWhatWasReserved() throws Exception {
    String stockBefore = shop.get("/products/p-3");
    shop.faults().activate("payment-errors");

    assertThat(shop.purchase("ann", DemoSecrets.CARD)).isEqualTo(502);
    assertThat(shop.get("/products/p-3")).isEqualTo(stockBefore);
    assertThat(shop.checkOut("ann", DemoSecrets.CARD)).isEqualTo(200);
    assertThat(shop.checkOut("ann", DemoSecrets.CARD)).isEqualTo(409);
    assertThat(shop.get("/products/p-3")).isNotEqualTo(stockBefore);

    await().until(() -> shop.spans("checkout", "POST /checkout").size() == 3);
    SpanData failed =
        shop.spans("checkout", "POST /checkout").stream()
            .filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
            .findFirst()
            .orElseThrow();
    assertThat(text(failed, "error.type")).isEqualTo("502");
    assertThat(shop.logs())
        .filteredOn(log -> log.getSeverity() == Severity.ERROR)
        .extracting(log -> log.getAttributes().get(AttributeKey.stringKey("exception.type")))
        .contains("java.lang.IllegalStateException");
  }

  @Test
  void refusesEverythingWhenInventoryIsDown() throws Exception {
    shop.faults().activate("inventory-down");
    assertThat(shop.send("GET", "/products", "")).isEqualTo(502);
    assertThat(shop.purchase("ann", DemoSecrets.CARD)).isEqualTo(502);

    shop.faults().clear("inventory-down");
    assertThat(shop.send("GET", "/products", "")).isEqualTo(200);
    assertThat(shop.checkOut("ann", DemoSecrets.CARD)).isEqualTo(200);
  }

  @Test
  void timesOutWhenShippingIsStuck() throws Exception {
    shop.close(); // one database of a name in a process
    shop =
        new RecordedShop(
            new Patience(
                RecordedShop.PATIENT.visitor(),
                RecordedShop.PATIENT.service(),
                RecordedShop.PATIENT.neighbour(),
                Patience.USUAL.shipping()));
    shop.faults().activate("shipping-stuck");

    assertThat(shop.purchase("ann", DemoSecrets.CARD)).isEqualTo(504);

    await().until(() -> !shop.spans("shipping", "POST /shipments").isEmpty());
    assertThat(shop.spans("checkout", "POST"))
        .extracting(span -> text(span, "error.type"))
        .contains("java.net.http.HttpTimeoutException");
  }

  @Test
  void readsCartsFromTheDatabaseWhenTheCacheIsCold() throws Exception {
    shop.send("GET", "/carts/ann", "");
    shop.send("GET", "/carts/ann", "");
    await().until(() -> shop.spans("cart", "GET /carts/{customer}").size() == 2);
    assertThat(shop.spans("cart", "SELECT carts")).hasSize(1);

    shop.faults().activate("cart-cache-cold");
    shop.send("GET", "/carts/ann", "");
    await().until(() -> shop.spans("cart", "GET /carts/{customer}").size() == 3);
    assertThat(shop.spans("cart", "SELECT carts")).hasSize(2);
  }

  @Test
  void refusesWhatMakesNoSense() throws Exception {
    assertThat(shop.send("GET", "/nowhere", "")).isEqualTo(404);
    assertThat(shop.send("GET", "/products/p-0", "")).isEqualTo(404);
    assertThat(shop.send("POST", "/checkout", "{not json")).isEqualTo(400);
    assertThat(shop.checkOut("nobody", DemoSecrets.CARD)).isEqualTo(409);

    SpanData nowhere = shop.awaitSpan("frontend", "GET");
    assertThat(text(nowhere, "url.path")).isEqualTo("/nowhere");
  }

  @Test
  void servesItsVisitorsAndStopsInTimeWhileTheEndpointAndKafkaAreAway() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    shop.close(); // one database of a name in a process
    Shop busy =
        Shop.start(
            new ShopConfig("http://127.0.0.1:" + freePort, "127.0.0.1:" + freePort, 20, 7),
            RecordedShop.PATIENT);
    try {
      await().until(() -> busy.load().answered() >= 50);
      assertThat(busy.load().failed()).isZero();
    } finally {
      Instant before = Instant.now();
      busy.close();
      // Generous for a loaded machine: waiting for the endpoint would take ten seconds and more.
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(9));
    }
  }

  private List<SpanData> traceOfTheCheckout() {
    String traceId = shop.awaitSpan("frontend", "POST /checkout").getTraceId();
    for (String service : List.of("checkout", "cart", "inventory", "payment", "shipping")) {
      await()
          .until(
              () ->
                  shop.spans().stream()
                          .filter(span -> span.getTraceId().equals(traceId))
                          .filter(span -> span.getKind() == SpanKind.SERVER)
                          .map(RecordedShop::serviceOf)
                          .filter(service::equals)
                          .count()
                      == (service.equals("cart") ? 2 : 1));
    }
    return shop.spans().stream().filter(span -> span.getTraceId().equals(traceId)).toList();
  }

  /** Which service's server span has a client span of which other service as parent. */
  private static List<String> calls(List<SpanData> trace, Map<String, SpanData> byId) {
    return trace.stream()
        .filter(span -> span.getKind() == SpanKind.SERVER)
        .map(
            span -> {
              SpanData parent = byId.get(span.getParentSpanId());
              return parent == null || parent.getKind() != SpanKind.CLIENT
                  ? null
                  : RecordedShop.serviceOf(parent) + " -> " + RecordedShop.serviceOf(span);
            })
        .filter(Objects::nonNull)
        .toList();
  }

  private static Duration fastest(List<SpanData> spans) {
    return spans.stream().map(ShopTest::duration).min(Duration::compareTo).orElseThrow();
  }

  private static Duration duration(SpanData span) {
    return Duration.ofNanos(span.getEndEpochNanos() - span.getStartEpochNanos());
  }

  private static String text(SpanData span, String key) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
  }
}
