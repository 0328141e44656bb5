package io.sluice.agent;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A service that knows nothing of telemetry: it answers one request, and sends one order. */
final class PlainService {

  private PlainService() {}

  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/products",
        exchange -> {
          Logger.getLogger("shop").info("showing the products");
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/products"))
                .build(),
            BodyHandlers.discarding());
    try (KafkaProducer<String, String> orders =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", arguments[0]),
            new StringSerializer(),
            new StringSerializer())) {
      orders.send(new ProducerRecord<>(arguments[1], "order 1")).get();
    }
    server.stop(0);
    System.out.println("served");
  }
}
