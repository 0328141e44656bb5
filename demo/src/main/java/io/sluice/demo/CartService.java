package io.sluice.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.sluice.demo.InventoryService.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers what each customer chose: in a cache, and in a database behind it. */
final class CartService implements AutoCloseable {

  private static final int MOST_ITEMS = 20;
  private static final int MOST_CACHED = 10_000;
  private static final Duration CACHED = Duration.ofHours(1);
  private static final AttributeKey<String> CACHE_NAME = AttributeKey.stringKey("cache.name");
  private static final AttributeKey<Boolean> CACHE_HIT = AttributeKey.booleanKey("cache.hit");

  private final ServiceHost host;
  private final Faults faults;
  private final Cache<String, Cart> cache =
      Caffeine.newBuilder().maximumSize(MOST_CACHED).expireAfterWrite(CACHED).build();
  private final Database carts;

  record Cart(String customer, List<Item> items) {
    Cart with(Item item) {
      List<Item> more = new ArrayList<>(items);
      more.add(item);
      return new Cart(customer, List.copyOf(more));
    }
  }

  CartService(ServiceHost host, Faults faults) {
    this.host = host;
    this.faults = faults;
    carts =
        Database.open(
            host.openTelemetry(),
            "carts",
            "CREATE TABLE carts (customer VARCHAR PRIMARY KEY, cart VARCHAR)");
    host.route("GET", "/carts/{customer}", request -> Reply.ok(cart(request.path("customer"))));
    host.route(
        "POST",
        "/carts/{customer}/items",
        request -> add(request.path("customer"), request.body(Item.class)));
    host.route("DELETE", "/carts/{customer}", request -> empty(request.path("customer")));
  }

  private Reply add(String customer, Item item) throws JsonProcessingException {
    Cart cart = cart(customer);
    if (cart.items().size() >= MOST_ITEMS) {
      host.log().warn("the cart of " + customer + " is full");
      return Reply.problem(409, "the cart is full");
    }
    Cart grown = cart.with(item);
    carts.change(
        "MERGE INTO carts (customer, cart) VALUES (?, ?)",
        customer,
        Json.MAPPER.writeValueAsString(grown));
    cache.put(customer, grown);
    host.log()
        .info(customer + " put " + item.quantity() + " of " + item.product() + " in the cart");
    return Reply.created(grown);
  }

  private Reply empty(String customer) {
    carts.change("DELETE FROM carts WHERE customer = ?", customer);
    cache.invalidate(customer);
    return Reply.ok(new Cart(customer, List.of()));
  }

  private Cart cart(String customer) throws JsonProcessingException {
    Cart cached = cached(customer);
    if (cached != null) {
      return cached;
    }
    host.log().debug("cache miss for the cart of " + customer);
    String stored =
        carts
            .one("SELECT cart FROM carts WHERE customer = ?", row -> row.getString(1), customer)
            .orElse(null);
    Cart cart =
        stored == null ? new Cart(customer, List.of()) : Json.MAPPER.readValue(stored, Cart.class);
    cache.put(customer, cart);
    return cart;
  }

  /** The span of the request says whether the cache had it: a read of so little has none itself. */
  private @Nullable Cart cached(String customer) {
    if (faults.isActive(Fault.CART_CACHE_COLD)) {
      cache.invalidateAll();
    }
    @Nullable Cart cached = cache.getIfPresent(customer);
    Span.current().setAttribute(CACHE_NAME, "carts").setAttribute(CACHE_HIT, cached != null);
    return cached;
  }

  @Override
  public void close() {
    carts.close();
  }
}
