package io.sluice.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.context.Scope;
import io.sluice.demo.CartService.Cart;
import io.sluice.demo.CheckoutService.CheckoutRequest;
import io.sluice.demo.CheckoutService.Order;
import io.sluice.demo.InventoryService.Item;
import io.sluice.demo.InventoryService.Product;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What visitors talk to. */
final class FrontendService {

  private final ServiceHost host;
  private final Peers peers;
  private final List<Peer> neighbours;
  private final Latency latency;

  /** The services behind the frontend. */
  record Peers(Peer inventory, Peer cart, Peer checkout) {}

  record SignIn(String customer, String password) {}

  record Session(String customer) {}

  /** What a product's page shows when there is more to show. */
  record ProductPage(Product product, Map<String, JsonNode> more) {}

  /**
   * @param neighbours who has more to show of a product; may grow
   */
  FrontendService(ServiceHost host, Peers peers, List<Peer> neighbours, Latency latency) {
    this.host = host;
    this.peers = peers;
    this.neighbours = neighbours;
    this.latency = latency;
    host.route(
        "GET",
        "/products",
        request -> forward(() -> List.of(peers.inventory().get("/products", Product[].class))));
    host.route("GET", "/products/{id}", request -> forward(() -> product(request.path("id"))));
    host.route(
        "GET",
        "/carts/{customer}",
        request ->
            forward(() -> peers.cart().get("/carts/" + request.path("customer"), Cart.class)));
    host.route(
        "POST",
        "/carts/{customer}/items",
        request -> {
          Item item = request.body(Item.class);
          String path = "/carts/" + request.path("customer") + "/items";
          return forward(() -> peers.cart().post(path, item, Cart.class));
        });
    host.route("POST", "/session", request -> signIn(request.body(SignIn.class)));
    host.route("POST", "/checkout", request -> checkOut(request.body(CheckoutRequest.class)));
  }

  private Object product(String id) throws IOException, InterruptedException {
    Product product = peers.inventory().get("/products/" + id, Product.class);
    if (neighbours.isEmpty()) {
      return product;
    }
    Map<String, JsonNode> more = new TreeMap<>();
    for (Peer neighbour : neighbours) {
      try {
        String path = "/" + neighbour.name() + "/" + id;
        more.put(neighbour.name(), neighbour.get(path, JsonNode.class));
      } catch (PeerException away) {
        host.log().warn("the page of a product is without " + neighbour.name());
      }
    }
    return new ProductPage(product, more);
  }

  private Reply signIn(SignIn signIn) throws InterruptedException {
    latency.about(8);
    host.log()
        .info(
            Value.of(
                KeyValue.of("event", Value.of(DemoSecrets.SIGN_IN)),
                KeyValue.of("customer", Value.of(signIn.customer())),
                KeyValue.of(
                    "form",
                    Value.of(
                        KeyValue.of("remember", Value.of(true)),
                        KeyValue.of("password", Value.of(signIn.password()))))));
    return Reply.created(new Session(signIn.customer()));
  }

  private Reply checkOut(CheckoutRequest request) throws IOException, InterruptedException {
    Baggage baggage =
        Baggage.current().toBuilder().put("customer.tier", tier(request.customer())).build();
    try (Scope current = baggage.makeCurrent()) {
      return forward(() -> peers.checkout().post("/checkout", request, Order.class));
    }
  }

  private static String tier(String customer) {
    return customer.endsWith("7") ? "gold" : "standard";
  }

  /** What the visitor did wrong is passed on; what the shop did wrong is not told. */
  private static Reply forward(Call call) throws IOException, InterruptedException {
    try {
      return Reply.ok(call.answer());
    } catch (PeerException refusal) {
      if (refusal.status() >= 500) {
        throw refusal;
      }
      return Reply.problem(refusal.status(), "this could not be done");
    }
  }

  private interface Call {
    Object answer() throws IOException, InterruptedException;
  }
}
