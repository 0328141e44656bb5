package io.sluice.demo.reviews;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What customers think of a product: {@code GET /reviews/p-3}, from an H2 database over JDBC. */
public final class ReviewsService {

  private static final Logger LOG = Logger.getLogger("shop.reviews");
  private static final String PATH = "/reviews/";
  private static final int PRODUCTS = 12;

  private final Connection database;

  private ReviewsService(Connection database) {
    this.database = database;
  }

  /** Serves until its standard input ends. */
  public static void main(String[] arguments) throws IOException, SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:h2:mem:reviews", "shop", "")) {
      ReviewsService service = new ReviewsService(database);
      service.fill();
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      server.setExecutor(threads);
      server.createContext(PATH, service::serve);
      server.start();
      System.out.println("listening on " + server.getAddress().getPort());
      while (System.in.read() >= 0) {
        // Nothing that is said is of interest, only the end.
      }
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private void fill() throws SQLException {
    try (Statement create = database.createStatement()) {
      create.execute("CREATE TABLE reviews (product VARCHAR(16), stars INT, words VARCHAR(200))");
    }
    try (PreparedStatement insert =
        database.prepareStatement("INSERT INTO reviews (product, stars, words) VALUES (?, ?, ?)")) {
      for (int product = 1; product <= PRODUCTS; product++) {
        for (int stars = 3; stars <= 5; stars++) {
          insert.setString(1, "p-" + product);
          insert.setInt(2, stars);
          insert.setString(3, stars == 5 ? "as described" : "arrived late");
          insert.executeUpdate();
        }
      }
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    String product = exchange.getRequestURI().getPath().substring(PATH.length());
    int status = 200;
    byte[] body;
    try {
      body = reviews(product).getBytes(StandardCharsets.UTF_8);
      LOG.info("showing the reviews of a product");
    } catch (SQLException e) {
      LOG.log(Level.SEVERE, "the reviews cannot be read", e);
      status = 500;
      body = "[]".getBytes(StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized String reviews(String product) throws SQLException {
    StringJoiner json = new StringJoiner(",", "[", "]");
    try (PreparedStatement select =
        database.prepareStatement("SELECT stars, words FROM reviews WHERE product = ?")) {
      select.setString(1, product);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          json.add("{\"stars\":" + rows.getInt(1) + ",\"words\":\"" + rows.getString(2) + "\"}");
        }
      }
    }
    return json.toString();
  }
}
