package io.sluice.demo;

import io.sluice.demo.DataStore.Statement;
import io.sluice.demo.InventoryService.Item;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers what each customer chose: in a cache, and in a database behind it. */
final class CartService {

  private static final int MOST_ITEMS = 20;

  private static final Statement CACHE_GET = new Statement("GET", null, "GET cart:?", 0.6);
  private static final Statement CACHE_SET =
      new Statement("SET", null, "SET cart:? ? EX 3600", 0.6);
  private static final Statement CACHE_DEL = new Statement("DEL", null, "DEL cart:?", 0.5);
  private static final Statement SELECT =
      new Statement("SELECT", "carts", "SELECT items FROM carts WHERE customer = $1", 12);
  private static final Statement UPSERT =
      new Statement(
          "INSERT",
          "carts",
          "INSERT INTO carts (customer, items) VALUES ($1, $2)"
              + " ON CONFLICT (customer) DO UPDATE SET items = $2",
          4);
  private static final Statement DELETE =
      new Statement("DELETE", "carts", "DELETE FROM carts WHERE customer = $1", 2);

  private final ServiceHost host;
  private final Faults faults;
  private final DataStore<Cart> cache;
  private final DataStore<Cart> carts;

  record Cart(String customer, List<Item> items) {
    Cart with(Item item) {
      List<Item> more = new ArrayList<>(items);
      more.add(item);
      return new Cart(customer, List.copyOf(more));
    }
  }

  CartService(ServiceHost host, Faults faults, Latency latency) {
    this.host = host;
    this.faults = faults;
    cache = DataStore.redis(host.openTelemetry(), "carts", latency);
    carts = DataStore.postgresql(host.openTelemetry(), "carts", latency);
    host.route("GET", "/carts/{customer}", request -> Reply.ok(cart(request.path("customer"))));
    host.route(
        "POST",
        "/carts/{customer}/items",
        request -> add(request.path("customer"), request.body(Item.class)));
    host.route("DELETE", "/carts/{customer}", request -> empty(request.path("customer")));
  }

  private Reply add(String customer, Item item) throws InterruptedException {
    Cart cart = cart(customer);
    if (cart.items().size() >= MOST_ITEMS) {
      host.log().warn("the cart of " + customer + " is full");
      return Reply.problem(409, "the cart is full");
    }
    Cart grown = cart.with(item);
    carts.put(UPSERT, customer, grown);
    cache.put(CACHE_SET, customer, grown);
    host.log()
        .info(customer + " put " + item.quantity() + " of " + item.product() + " in the cart");
    return Reply.created(grown);
  }

  private Reply empty(String customer) throws InterruptedException {
    carts.remove(DELETE, customer);
    cache.remove(CACHE_DEL, customer);
    return Reply.ok(new Cart(customer, List.of()));
  }

  private Cart cart(String customer) throws InterruptedException {
    Cart cached = cached(customer);
    if (cached != null) {
      return cached;
    }
    host.log().debug("cache miss for the cart of " + customer);
    Cart stored = carts.get(SELECT, customer);
    Cart cart = stored == null ? new Cart(customer, List.of()) : stored;
    cache.put(CACHE_SET, customer, cart);
    return cart;
  }

  private @Nullable Cart cached(String customer) throws InterruptedException {
    if (faults.isActive(Fault.CART_CACHE_COLD)) {
      cache.remove(CACHE_DEL, customer);
    }
    return cache.get(CACHE_GET, customer);
  }
}
