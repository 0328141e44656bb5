package io.sluice.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;

/** Another service of the shop, as its caller sees it. */
final class Peer {

  private final String name;
  private final URI address;
  private final HttpClient client;
  private final Duration timeout;

  Peer(String name, URI address, HttpClient client, Duration timeout) {
    this.name = name;
    this.address = address;
    this.client = client;
    this.timeout = timeout;
  }

  String name() {
    return name;
  }

  <T> T get(String path, Class<T> answer) throws IOException, InterruptedException {
    return Json.MAPPER.readValue(send("GET", path, BodyPublishers.noBody(), Map.of()), answer);
  }

  <T> T post(String path, Object body, Class<T> answer) throws IOException, InterruptedException {
    return post(path, body, Map.of(), answer);
  }

  <T> T post(String path, Object body, Map<String, String> headers, Class<T> answer)
      throws IOException, InterruptedException {
    BodyPublisher json = BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body));
    return Json.MAPPER.readValue(send("POST", path, json, headers), answer);
  }

  void delete(String path) throws IOException, InterruptedException {
    send("DELETE", path, BodyPublishers.noBody(), Map.of());
  }

  private byte[] send(String method, String path, BodyPublisher body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path)).timeout(timeout).method(method, body);
    request.header("Content-Type", "application/json");
    headers.forEach(request::header);
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (HttpTimeoutException late) {
      throw new PeerException(name, 504, late);
    } catch (IOException away) {
      throw new PeerException(name, 503, away);
    }
    if (response.statusCode() >= 400) {
      throw new PeerException(name, response.statusCode(), null);
    }
    return response.body();
  }
}
