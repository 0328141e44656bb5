package io.sluice.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A bare loop that posts ready bodies, over several connections at a time; again after 429. */
final class Posts {

  private static final int BUSY = 429;
  private static final long BUSY_WAIT_MILLIS = 50;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest.Builder request;
  private final Predicate<HttpResponse<String>> taken;

  /**
   * @param headers names and values in turn
   * @param taken whether an answer says that all of a body is there
   */
  Posts(String url, Predicate<HttpResponse<String>> taken, String... headers) {
    this.request = HttpRequest.newBuilder(URI.create(url)).headers(headers);
    this.taken = taken;
  }

  /**
   * Posts them.
   *
   * @param sequences bodies that go one after the other, each sequence beside the others
   * @throws IllegalStateException when one is not taken
   */
  Spent spent(List<List<byte[]>> sequences) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(sequences.size());
    try {
      Spent begin = Spent.begin();
      List<Future<?>> all = new ArrayList<>();
      for (List<byte[]> bodies : sequences) {
        all.add(senders.submit(() -> post(bodies)));
      }
      for (Future<?> each : all) {
        each.get();
      }
      return begin.untilNow();
    } finally {
      senders.shutdownNow();
    }
  }

  private Void post(List<byte[]> bodies) throws Exception {
    for (byte[] body : bodies) {
      HttpResponse<String> answer = post(body);
      while (answer.statusCode() == BUSY) {
        TimeUnit.MILLISECONDS.sleep(BUSY_WAIT_MILLIS);
        answer = post(body);
      }
      if (answer.statusCode() / 100 != 2 || !taken.test(answer)) {
        throw new IllegalStateException(
            "the bare loop was answered " + answer.statusCode() + " " + answer.body());
      }
    }
    return null;
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    return http.send(
        request.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
