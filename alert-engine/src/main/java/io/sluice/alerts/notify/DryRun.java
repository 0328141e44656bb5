package io.sluice.alerts.notify;

import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Prints what would be sent, and takes it for accepted. */
final class DryRun implements Transport {

  private final PrintStream out;

  DryRun(PrintStream out) {
    this.out = out;
  }

  @Override
  public CompletableFuture<Reply> post(URI address, Map<String, String> headers, byte[] body) {
    out.println(new String(body, StandardCharsets.UTF_8));
    return CompletableFuture.completedFuture(new Reply(Reply.Outcome.ACCEPTED, "printed"));
  }
}
