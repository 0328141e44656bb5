package io.sluice.demo;

import io.sluice.demo.DataStore.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Knows the products and how many of each there are. */
final class InventoryService {

  private static final int FULL_SHELF = 500;
  private static final int LOW_SHELF = 20;

  private static final Statement SELECT_ALL =
      new Statement(
          "SELECT", "products", "SELECT id, name, price, stock FROM products ORDER BY id", 4);
  private static final Statement SELECT_ONE =
      new Statement(
          "SELECT", "products", "SELECT id, name, price, stock FROM products WHERE id = $1", 2);
  private static final Statement TAKE =
      new Statement(
          "UPDATE",
          "products",
          "UPDATE products SET stock = stock - $1 WHERE id = $2 AND stock >= $1 RETURNING *",
          4);
  private static final Statement PUT_BACK =
      new Statement(
          "UPDATE", "products", "UPDATE products SET stock = stock + $1 WHERE id = $2", 3);
  private static final Statement INSERT =
      new Statement(
          "INSERT",
          "reservations",
          "INSERT INTO reservations (order_id, items) VALUES ($1, $2)",
          2);
  private static final Statement DELETE =
      new Statement("DELETE", "reservations", "DELETE FROM reservations WHERE order_id = $1", 2);
  private static final Statement SELECT_RESERVATION =
      new Statement(
          "SELECT", "reservations", "SELECT items FROM reservations WHERE order_id = $1", 1.5);

  private final ServiceHost host;
  private final Faults faults;
  private final DataStore<Product> products;
  private final DataStore<Reservation> reservations;

  /**
   * @param price in cents
   */
  record Product(String id, String name, long price, int stock) {
    Product withStock(int left) {
      return new Product(id, name, price, left);
    }
  }

  record Item(String product, int quantity) {}

  record ReserveRequest(String order, List<Item> items) {}

  /**
   * @param total in cents
   */
  record Reservation(String order, List<Item> items, long total) {}

  InventoryService(ServiceHost host, Faults faults, Latency latency) {
    this.host = host;
    this.faults = faults;
    products = DataStore.postgresql(host.openTelemetry(), "stock", latency);
    reservations = DataStore.postgresql(host.openTelemetry(), "stock", latency);
    Catalogue.products(FULL_SHELF).forEach(product -> products.load(product.id(), product));
    route("GET", "/products", request -> list());
    route("GET", "/products/{id}", request -> one(request.path("id")));
    route("POST", "/reservations", request -> reserve(request.body(ReserveRequest.class)));
    route("DELETE", "/reservations/{order}", request -> release(request.path("order")));
  }

  private void route(String method, String template, Router.Handler handler) {
    host.route(
        method,
        template,
        request ->
            faults.isActive(Fault.INVENTORY_DOWN)
                ? Reply.problem(503, "the stock database is away")
                : handler.handle(request));
  }

  private Reply list() throws InterruptedException {
    return Reply.ok(
        products.all(SELECT_ALL).stream().sorted(Comparator.comparing(Product::id)).toList());
  }

  private Reply one(String id) throws InterruptedException {
    Product product = products.get(SELECT_ONE, id);
    if (product == null) {
      host.log().info("somebody looks for a product that the shop does not have");
      return Reply.problem(404, "there is no such product");
    }
    return Reply.ok(product);
  }

  private Reply reserve(ReserveRequest request) throws InterruptedException {
    host.log()
        .debug(
            DemoSecrets.STOCK_POOL
                + " to jdbc:postgresql://stock.postgresql.shop/stock?user=stock&password="
                + DemoSecrets.ASSIGNED_PASSWORD);
    long total = 0;
    List<Item> taken = new ArrayList<>();
    for (Item item : request.items()) {
      Product left =
          products.update(TAKE, item.product(), product -> take(product, item.quantity()));
      if (left == null) {
        putBack(taken);
        return Reply.problem(404, "there is no such product");
      }
      taken.add(item);
      total += left.price() * item.quantity();
    }
    Reservation reservation = new Reservation(request.order(), request.items(), total);
    reservations.put(INSERT, request.order(), reservation);
    host.log()
        .info("reserved " + request.items().size() + " products for order " + request.order());
    return Reply.created(reservation);
  }

  /** A shelf that runs low is filled by the supplier at once. */
  private Product take(Product product, int quantity) {
    int left = product.stock() - quantity;
    if (left >= LOW_SHELF) {
      return product.withStock(left);
    }
    host.log().warn("stock of " + product.name() + " is low, " + left + " left; ordered more");
    return product.withStock(left + FULL_SHELF);
  }

  private Reply release(String order) throws InterruptedException {
    Reservation reservation = reservations.get(SELECT_RESERVATION, order);
    if (reservation == null) {
      return Reply.problem(404, "there is no such reservation");
    }
    putBack(reservation.items());
    reservations.remove(DELETE, order);
    host.log().info("released what was reserved for order " + order);
    return Reply.ok(reservation);
  }

  private void putBack(List<Item> items) throws InterruptedException {
    for (Item item : items) {
      products.update(
          PUT_BACK,
          item.product(),
          product -> product.withStock(product.stock() + item.quantity()));
    }
  }
}
