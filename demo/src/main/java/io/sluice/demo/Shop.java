package io.sluice.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.ServiceAttributes;
import io.sluice.instrumentation.ServiceTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The running shop: the services {@code frontend}, {@code cart}, {@code inventory}, {@code
 * checkout}, {@code payment} and {@code shipping}, each a real HTTP server on a free port of the
 * loopback interface with telemetry of its own, and visitors who come at a steady rate.
 *
 * <p>Five of them have a database (H2 in memory), {@code cart} a cache before it, and {@code
 * inventory} hears over Kafka which orders {@code checkout} placed.
 *
 * <p>Left alone it is healthy: checkouts take about 30 to 60 ms and none fails by the shop's fault.
 * {@link #faults} breaks it. An OTLP endpoint that is away does not disturb it: telemetry that the
 * services' queues cannot hold is dropped. Without Kafka orders are placed as ever, and their
 * reservations stay.
 */
public final class Shop implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(1200);

  private final Patience patience;
  private final Faults faults = new Faults();
  private final List<ServiceHost> hosts = new ArrayList<>();
  private final ExecutorService clientThreads = Pools.fixed("shop-client", 4);
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .executor(clientThreads)
          .build();
  private final List<Runnable> closedLast = new ArrayList<>();
  private final OrderReader orderReader;
  private final ServiceHost frontend;
  private final LoadGenerator visitors;
  private final List<Peer> neighbours = new CopyOnWriteArrayList<>();

  private Shop(
      ShopConfig config,
      Patience patience,
      OrderTopic orders,
      Function<String, ServiceTelemetry> telemetry)
      throws IOException {
    this.patience = patience;
    ServiceHost inventory = host("inventory", telemetry);
    ServiceHost cart = host("cart", telemetry);
    ServiceHost payment = host("payment", telemetry);
    ServiceHost shipping = host("shipping", telemetry);
    ServiceHost checkout = host("checkout", telemetry);
    frontend = host("frontend", telemetry);

    Random seeds = new Random(config.seed());
    InventoryService inventoryService = new InventoryService(inventory, faults);
    CartService cartService = new CartService(cart, faults);
    PaymentService paymentService =
        new PaymentService(payment, faults, latency(seeds), new Random(seeds.nextLong()));
    ShippingService shippingService = new ShippingService(shipping, faults, latency(seeds));
    CheckoutService checkoutService =
        new CheckoutService(
            checkout,
            new CheckoutService.Peers(
                checkout.peer(cart, patience.service()),
                checkout.peer(inventory, patience.service()),
                checkout.peer(payment, patience.service()),
                checkout.peer(shipping, patience.shipping())),
            new OrderWriter(checkout, orders));
    closedLast.addAll(
        List.of(
            inventoryService::close,
            cartService::close,
            paymentService::close,
            shippingService::close,
            checkoutService::close));
    orderReader = new OrderReader(inventory, orders, inventoryService::sold);
    new FrontendService(
        frontend,
        new FrontendService.Peers(
            frontend.peer(inventory, patience.service()),
            frontend.peer(cart, patience.service()),
            frontend.peer(checkout, patience.service())),
        neighbours,
        latency(seeds));
    visitors =
        new LoadGenerator(
            frontend.uri(),
            client,
            new Random(seeds.nextLong()),
            config.requestsPerSecond(),
            patience.visitor());
  }

  /**
   * Opens the shop.
   *
   * @throws UncheckedIOException when no port can be opened
   */
  public static Shop start(ShopConfig config) {
    return start(config, Patience.USUAL);
  }

  static Shop start(ShopConfig config, Patience patience) {
    return start(
        config,
        patience,
        new KafkaOrderTopic(config.bootstrapServers()),
        service ->
            ServiceTelemetry.builder(service)
                .version("1.0.0")
                .attribute(ServiceAttributes.SERVICE_NAMESPACE, "shop")
                .attribute(AttributeKey.stringKey("deployment.environment.name"), "demo")
                .otlpEndpoint(config.otlpEndpoint())
                .batchDelay(Duration.ofMillis(500))
                .metricInterval(Duration.ofSeconds(5))
                .closeTimeout(CLOSE_TIMEOUT)
                .build());
  }

  /** With orders and telemetry that go elsewhere, the latter by service name. */
  static Shop start(
      ShopConfig config,
      Patience patience,
      OrderTopic orders,
      Function<String, ServiceTelemetry> telemetry) {
    try {
      Shop shop = new Shop(config, patience, orders, telemetry);
      shop.hosts.forEach(ServiceHost::start);
      shop.orderReader.start();
      shop.visitors.start();
      return shop;
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  /** From now on the page of a product asks this service too; it does without when that fails. */
  public void add(Neighbour neighbour) {
    neighbours.add(frontend.peer(neighbour.name(), neighbour.uri(), patience.neighbour()));
  }

  /** What is broken, and the switches. */
  public Faults faults() {
    return faults;
  }

  /** Where visitors are served, e.g. {@code http://127.0.0.1:40123}. */
  public URI frontend() {
    return frontend.uri();
  }

  /** What the visitors did so far. */
  public LoadReport load() {
    return visitors.report();
  }

  /**
   * Sends the visitors away, stops the services and sends their last telemetry; within three
   * seconds, also when the endpoint is away.
   */
  @Override
  public void close() {
    visitors.close();
    orderReader.close();
    ExecutorService closing = Pools.fixed("shop-closing", hosts.size());
    hosts.forEach(host -> closing.execute(host::close));
    closing.shutdown();
    try {
      if (!closing.awaitTermination(CLOSE_TIMEOUT.toMillis() + 800, TimeUnit.MILLISECONDS)) {
        closing.shutdownNow();
      }
    } catch (InterruptedException hurry) {
      closing.shutdownNow();
      Thread.currentThread().interrupt();
    }
    closedLast.forEach(Runnable::run);
    clientThreads.shutdownNow();
  }

  private ServiceHost host(String name, Function<String, ServiceTelemetry> telemetry)
      throws IOException {
    ServiceTelemetry ofHost = telemetry.apply(name);
    try {
      ServiceHost host = new ServiceHost(name, ofHost, client);
      hosts.add(host);
      return host;
    } catch (IOException noPort) {
      ofHost.close();
      hosts.forEach(ServiceHost::close);
      throw noPort;
    }
  }

  private static Latency latency(Random seeds) {
    return new Latency(new Random(seeds.nextLong()));
  }
}
