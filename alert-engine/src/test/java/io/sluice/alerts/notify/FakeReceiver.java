package io.sluice.alerts.notify;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Answers what it is told to, and 200 else. */
final class FakeReceiver implements Transport {

  record Request(URI address, Map<String, String> headers, String body) {}

  final List<Request> requests = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();

  void answers(Reply.Outcome outcome, String sentence) {
    replies.add(new Reply(outcome, sentence));
  }

  @Override
  public CompletableFuture<Reply> post(URI address, Map<String, String> headers, byte[] body) {
    requests.add(new Request(address, headers, new String(body, StandardCharsets.UTF_8)));
    Reply reply =
        replies.isEmpty() ? new Reply(Reply.Outcome.ACCEPTED, "HTTP 200: ") : replies.remove();
    return CompletableFuture.completedFuture(reply);
  }
}
