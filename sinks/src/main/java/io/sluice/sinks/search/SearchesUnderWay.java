package io.sluice.sinks.search;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of searches, so that one that nobody waits for can be ended: what the transport
 * returns does not reach them. Stands in the client where a request has its connection and is about
 * to be sent. Any number of threads.
 */
final class SearchesUnderWay implements AsyncExecChainHandler {

  /** By which the cluster names its tasks too. */
  static final String ID = "X-Opaque-Id";

  private final AtomicLong last = new AtomicLong();
  private final Map<String, Search> searches = new ConcurrentHashMap<>();

  /** For the header of a new search. */
  String newId() {
    return "sluice-search-" + last.incrementAndGet();
  }

  /** Before the search is given to the client. */
  void begin(String id) {
    searches.put(id, new Search());
  }

  /** After the search was answered, has failed or was ended. */
  void forget(String id) {
    searches.remove(id);
  }

  /**
   * Closes its connection, by which the cluster gives it up too. If it has none yet it is never
   * sent.
   */
  void abort(String id) {
    Search search = searches.get(id);
    if (search != null) {
      search.abort();
    }
  }

  @Override
  public void execute(
      HttpRequest request,
      AsyncEntityProducer body,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    Header id = request.getFirstHeader(ID);
    Search search = id == null ? null : searches.get(id.getValue());
    if (search == null || search.isSentIn(scope)) {
      chain.proceed(request, body, scope, callback);
    } else {
      end(scope);
      callback.failed(new InterruptedIOException("nobody waits for the answer any more"));
    }
  }

  /** Cancelled, and not failed, it is sent to no other node. */
  private static void end(AsyncExecChain.Scope exchange) {
    exchange.cancellableDependency.cancel();
    exchange.execRuntime.discardEndpoint();
  }

  private static final class Search {

    private AsyncExecChain.@Nullable Scope exchange;
    private boolean aborted;

    /** Whether it may still be sent. */
    synchronized boolean isSentIn(AsyncExecChain.Scope next) {
      exchange = next;
      return !aborted;
    }

    void abort() {
      AsyncExecChain.Scope sent;
      synchronized (this) {
        aborted = true;
        sent = exchange;
      }
      if (sent != null) {
        end(sent);
      }
    }
  }
}
