package io.sluice.alerts.notify;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends a JSON document. Its future never fails: what went wrong is a {@link Reply} too. */
interface Transport {
  CompletableFuture<Reply> post(URI address, Map<String, String> headers, byte[] body);
}
