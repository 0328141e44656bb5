package io.sluice.alerts.notify;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Answers what it is told to, and 200 else. */
final class FakeReceiver implements Transport {

  record Request(URI address, Map<String, String> headers, String body) {}

  private final @Nullable String refused;

  FakeReceiver() {
    refused = null;
  }

  /** Refuses what speaks of this SLO. */
  FakeReceiver(String slo) {
    refused = "\"" + slo + "\"";
  }

  final List<Request> requests = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();

  void answers(Reply.Outcome outcome, String sentence) {
    replies.add(new Reply(outcome, sentence));
  }

  @Override
  public CompletableFuture<Reply> post(URI address, Map<String, String> headers, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    requests.add(new Request(address, headers, text));
    if (refused != null && text.contains(refused)) {
      return CompletableFuture.completedFuture(
          new Reply(Reply.Outcome.REFUSED, "HTTP 400: bad label"));
    }
    Reply reply =
        replies.isEmpty() ? new Reply(Reply.Outcome.ACCEPTED, "HTTP 200: ") : replies.remove();
    return CompletableFuture.completedFuture(reply);
  }
}
