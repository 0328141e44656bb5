package io.sluice.demo;

import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.ServiceAttributes;
import io.sluice.instrumentation.ServiceTelemetry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A shop without visitors whose telemetry is kept. */
final class RecordedShop implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(1);

  /** What a busy machine holds up does not fail. */
  static final Patience PATIENT = new Patience(LONG, LONG, LONG, LONG);

  static {
    Awaitility.setDefaultTimeout(LONG);
  }

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
  private final InMemoryMetricExporter metrics = InMemoryMetricExporter.create();
  private final List<ServiceTelemetry> telemetries = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final OrdersInMemory orders = new OrdersInMemory();
  private final Shop shop;

  RecordedShop() {
    this(PATIENT);
  }

  RecordedShop(Patience patience) {
    shop =
        Shop.start(
            new ShopConfig("http://localhost:4317", "localhost:9092", 0, 7),
            patience,
            orders,
            this::telemetry);
  }

  private ServiceTelemetry telemetry(String service) {
    ServiceTelemetry telemetry =
        ServiceTelemetry.builder(service)
            .spanExporter(spans)
            .logExporter(logs)
            .metricExporter(metrics)
            .batchDelay(Duration.ofMillis(20))
            .build();
    telemetries.add(telemetry);
    return telemetry;
  }

  Faults faults() {
    return shop.faults();
  }

  /** Where the shop says which orders it placed. */
  OrderTopic orders() {
    return orders;
  }

  void add(Neighbour neighbour) {
    shop.add(neighbour);
  }

  /** The status of the answer. */
  int send(String method, String path, String body) throws IOException, InterruptedException {
    return client.send(request(method, path, body), BodyHandlers.discarding()).statusCode();
  }

  String get(String path) throws IOException, InterruptedException {
    return client.send(request("GET", path, ""), BodyHandlers.ofString()).body();
  }

  private HttpRequest request(String method, String path, String body) {
    return HttpRequest.newBuilder(shop.frontend().resolve(path))
        .method(method, BodyPublishers.ofString(body))
        .build();
  }

  /** Fills a cart and checks it out. */
  int purchase(String customer, String card) throws IOException, InterruptedException {
    send("POST", "/carts/" + customer + "/items", "{\"product\":\"p-3\",\"quantity\":2}");
    return checkOut(customer, card);
  }

  int checkOut(String customer, String card) throws IOException, InterruptedException {
    return send(
        "POST", "/checkout", "{\"customer\":\"" + customer + "\",\"card\":\"" + card + "\"}");
  }

  List<SpanData> spans() {
    flush();
    return spans.getFinishedSpanItems();
  }

  /** The spans of this name in this service. */
  List<SpanData> spans(String service, String name) {
    return spans().stream()
        .filter(span -> serviceOf(span).equals(service) && span.getName().equals(name))
        .toList();
  }

  /** The first span of this name in this service; answers come a moment before spans end. */
  SpanData awaitSpan(String service, String name) {
    return Awaitility.await().until(() -> spans(service, name), found -> !found.isEmpty()).get(0);
  }

  List<LogRecordData> logs() {
    flush();
    return logs.getFinishedLogRecordItems();
  }

  List<MetricData> metrics() {
    flush();
    return metrics.getFinishedMetricItems();
  }

  static String serviceOf(SpanData span) {
    return String.valueOf(span.getResource().getAttribute(ServiceAttributes.SERVICE_NAME));
  }

  private void flush() {
    for (ServiceTelemetry telemetry : telemetries) {
      if (!telemetry.flush(LONG)) {
        throw new AssertionError("telemetry could not be flushed");
      }
    }
  }

  @Override
  public void close() {
    shop.close();
  }
}
