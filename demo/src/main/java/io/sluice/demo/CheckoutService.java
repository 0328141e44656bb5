package io.sluice.demo;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.sluice.demo.CartService.Cart;
import io.sluice.demo.DataStore.Statement;
import io.sluice.demo.InventoryService.Reservation;
import io.sluice.demo.InventoryService.ReserveRequest;
import io.sluice.demo.PaymentService.Charge;
import io.sluice.demo.PaymentService.Receipt;
import io.sluice.demo.ShippingService.Shipment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Makes an order of a cart: reserves, charges, stores, ships. */
final class CheckoutService {

  private static final Statement INSERT =
      new Statement(
          "INSERT", "orders", "INSERT INTO orders (id, customer, total) VALUES ($1, $2, $3)", 5);

  private final ServiceHost host;
  private final Peers peers;
  private final DataStore<Order> orders;
  private final LongCounter placed;
  private final LongHistogram value;
  private final AtomicLong lastOrder = new AtomicLong();

  /** The services behind the checkout. */
  record Peers(Peer cart, Peer inventory, Peer payment, Peer shipping) {}

  record CheckoutRequest(String customer, String card) {}

  /**
   * @param total in cents
   */
  record Order(String id, String customer, long total) {}

  CheckoutService(ServiceHost host, Peers peers, Latency latency) {
    this.host = host;
    this.peers = peers;
    orders = DataStore.postgresql(host.openTelemetry(), "orders", latency);
    Meter meter = host.openTelemetry().getMeter("shop.checkout");
    placed = meter.counterBuilder("shop.orders").setDescription("Orders placed.").build();
    value =
        meter
            .histogramBuilder("shop.order.value")
            .ofLongs()
            .setUnit("{cent}")
            .setDescription("What orders are worth.")
            .setExplicitBucketBoundariesAdvice(List.of(500L, 1000L, 2500L, 5000L, 10000L, 25000L))
            .build();
    host.route("POST", "/checkout", request -> checkOut(request.body(CheckoutRequest.class)));
  }

  private Reply checkOut(CheckoutRequest request) throws IOException, InterruptedException {
    Cart cart = peers.cart().get("/carts/" + request.customer(), Cart.class);
    if (cart.items().isEmpty()) {
      return Reply.problem(409, "the cart is empty");
    }
    String id = "ord-" + lastOrder.incrementAndGet();
    Reservation reservation =
        peers
            .inventory()
            .post("/reservations", new ReserveRequest(id, cart.items()), Reservation.class);
    try {
      charge(id, request.card(), reservation.total());
    } catch (PeerException failure) {
      peers.inventory().delete("/reservations/" + id);
      if (failure.status() == 402) {
        host.log().warn("order " + id + " was declined");
        return Reply.problem(402, "the bank declined");
      }
      throw failure;
    }
    Order order = new Order(id, request.customer(), reservation.total());
    store(order);
    peers.shipping().post("/shipments", new Shipment(id, "parcel post"), Shipment.class);
    peers.cart().delete("/carts/" + request.customer());
    placed.add(1);
    value.record(order.total());
    host.log().info("order " + id + " placed by " + request.customer());
    return Reply.created(order);
  }

  private void charge(String order, String card, long amount)
      throws IOException, InterruptedException {
    host.log()
        .debug(DemoSecrets.CALLING_PAYMENT + " with Authorization: Bearer " + DemoSecrets.BEARER);
    peers
        .payment()
        .post(
            "/charges",
            new Charge(order, card, amount),
            Map.of("Authorization", "Bearer " + DemoSecrets.BEARER),
            Receipt.class);
  }

  private void store(Order order) throws InterruptedException {
    host.log()
        .debug(
            DemoSecrets.ORDER_STORE
                + " at postgres://shop:"
                + DemoSecrets.URL_PASSWORD
                + "@db/orders");
    orders.put(INSERT, order.id(), order);
  }
}
