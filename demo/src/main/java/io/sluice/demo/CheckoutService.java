package io.sluice.demo;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.sluice.demo.CartService.Cart;
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
final class CheckoutService implements AutoCloseable {

  private final ServiceHost host;
  private final Peers peers;
  private final Database orders;
  private final OrderWriter placements;
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

  /**
   * @param placements where it says that an order is placed
   */
  CheckoutService(ServiceHost host, Peers peers, OrderWriter placements) {
    this.host = host;
    this.peers = peers;
    this.placements = placements;
    orders =
        Database.open(
            host.openTelemetry(),
            "orders",
            "CREATE TABLE orders (id VARCHAR PRIMARY KEY, customer VARCHAR, total BIGINT)");
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
    placements.placed(id);
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

  private void store(Order order) {
    host.log()
        .debug(
            DemoSecrets.ORDER_STORE
                + " at postgres://shop:"
                + DemoSecrets.URL_PASSWORD
                + "@db/orders");
    orders.append(
        "orders",
        "INSERT INTO orders (id, customer, total) VALUES (?, ?, ?)",
        order.id(),
        order.customer(),
        order.total());
  }

  @Override
  public void close() {
    placements.close();
    orders.close();
  }
}
