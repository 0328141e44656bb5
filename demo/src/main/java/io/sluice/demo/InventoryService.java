package io.sluice.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Knows the products and how many of each there are. */
final class InventoryService implements AutoCloseable {

  private static final int FULL_SHELF = 500;
  private static final int LOW_SHELF = 20;

  private static final String PRODUCT = "SELECT id, name, price, stock FROM products WHERE id = ?";

  /** The database itself waits, as it would over a table without an index. */
  private static final String SLOW_PRODUCT =
      "SELECT id, name, price, stock FROM products WHERE id = ? AND PAUSE(400) IS NULL";

  private final ServiceHost host;
  private final Faults faults;
  private final Database stock;

  /**
   * @param price in cents
   */
  record Product(String id, String name, long price, int stock) {

    static Product of(ResultSet row) throws SQLException {
      return new Product(row.getString(1), row.getString(2), row.getLong(3), row.getInt(4));
    }
  }

  record Item(String product, int quantity) {}

  record ReserveRequest(String order, List<Item> items) {}

  /**
   * @param total in cents
   */
  record Reservation(String order, List<Item> items, long total) {}

  InventoryService(ServiceHost host, Faults faults) {
    this.host = host;
    this.faults = faults;
    stock =
        Database.open(
            host.openTelemetry(),
            "stock",
            "CREATE TABLE products"
                + " (id VARCHAR PRIMARY KEY, name VARCHAR, price BIGINT, stock INT)",
            "CREATE TABLE reservations (order_id VARCHAR PRIMARY KEY, reservation VARCHAR)",
            "CREATE ALIAS PAUSE FOR 'java.lang.Thread.sleep(long)'");
    for (Product product : Catalogue.products(FULL_SHELF)) {
      stock.load(
          "INSERT INTO products (id, name, price, stock) VALUES (?, ?, ?, ?)",
          product.id(),
          product.name(),
          product.price(),
          product.stock());
    }
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

  private Reply list() {
    return Reply.ok(
        stock.all("SELECT id, name, price, stock FROM products ORDER BY id", Product::of));
  }

  private Reply one(String id) {
    Optional<Product> product = product(id);
    if (product.isEmpty()) {
      host.log().info("somebody looks for a product that the shop does not have");
      return Reply.problem(404, "there is no such product");
    }
    return Reply.ok(product.get());
  }

  private Optional<Product> product(String id) {
    return stock.one(
        faults.isActive(Fault.STOCK_QUERY_SLOW) ? SLOW_PRODUCT : PRODUCT, Product::of, id);
  }

  private Reply reserve(ReserveRequest request) throws JsonProcessingException {
    host.log()
        .debug(
            DemoSecrets.STOCK_POOL
                + " to jdbc:postgresql://stock.postgresql.shop/stock?user=stock&password="
                + DemoSecrets.ASSIGNED_PASSWORD);
    long total = 0;
    List<Item> taken = new ArrayList<>();
    for (Item item : request.items()) {
      if (change(item.product(), -item.quantity()) == 0) {
        putBack(taken);
        return Reply.problem(404, "there is no such product");
      }
      taken.add(item);
      Product left = product(item.product()).orElseThrow();
      fillUp(left);
      total += left.price() * item.quantity();
    }
    Reservation reservation = new Reservation(request.order(), request.items(), total);
    stock.append(
        "reservations",
        "INSERT INTO reservations (order_id, reservation) VALUES (?, ?)",
        request.order(),
        Json.MAPPER.writeValueAsString(reservation));
    host.log()
        .info("reserved " + request.items().size() + " products for order " + request.order());
    return Reply.created(reservation);
  }

  /** A shelf that runs low is filled by the supplier at once. */
  private void fillUp(Product product) {
    if (product.stock() < LOW_SHELF) {
      host.log()
          .warn(
              "stock of " + product.name() + " is low, " + product.stock() + " left; ordered more");
      change(product.id(), FULL_SHELF);
    }
  }

  private Reply release(String order) throws JsonProcessingException {
    Optional<String> stored =
        stock.one(
            "SELECT reservation FROM reservations WHERE order_id = ?",
            row -> row.getString(1),
            order);
    if (stored.isEmpty()) {
      return Reply.problem(404, "there is no such reservation");
    }
    Reservation reservation = Json.MAPPER.readValue(stored.get(), Reservation.class);
    putBack(reservation.items());
    forget(order);
    host.log().info("released what was reserved for order " + order);
    return Reply.ok(reservation);
  }

  /** What was reserved for an order is sold with it. */
  void sold(String order) {
    if (forget(order) > 0) {
      host.log().info("sold what was reserved for order " + order);
    }
  }

  private int forget(String order) {
    return stock.change("DELETE FROM reservations WHERE order_id = ?", order);
  }

  private void putBack(List<Item> items) {
    for (Item item : items) {
      change(item.product(), item.quantity());
    }
  }

  private int change(String product, int by) {
    return stock.change("UPDATE products SET stock = stock + ? WHERE id = ?", by, product);
  }

  @Override
  public void close() {
    stock.close();
  }
}
