package io.sluice.console;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLogAccess;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.sluice.sinks.search.InvalidQueryException;
import io.sluice.sinks.search.OpenSearchUnavailableException;
import io.sluice.sinks.search.QueriesBusyException;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.QueryStoppedException;
import io.sluice.sinks.search.TooMuchToScanException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resources that are read. Each is answered off the event loop, for a query reads files. */
final class Routes {

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  /** Many megabytes come to a telephone in this time, too. */
  private static final Duration MAX_SENDING = Duration.ofMinutes(1);

  interface Answer {
    Object to(Call call);
  }

  /** How a kind of API says what is wrong. */
  interface Refusal {
    HttpResponse of(HttpStatus status, String message);
  }

  private final ServerBuilder builder;
  private final QueryMemory memory;
  private final Clock clock;
  private final Duration maxSending;
  private final List<String> paths = new ArrayList<>();

  Routes(ServerBuilder builder, QueryMemory memory, Clock clock) {
    this(builder, memory, clock, MAX_SENDING);
  }

  Routes(ServerBuilder builder, QueryMemory memory, Clock clock, Duration maxSending) {
    this.builder = builder;
    this.memory = memory;
    this.clock = clock;
    this.maxSending = maxSending;
  }

  void get(String path, Answer answer) {
    get(path, answer, Json::error);
  }

  /** One that answers in a way of its own. */
  void add(String path) {
    paths.add(path);
  }

  List<String> paths() {
    return List.copyOf(paths);
  }

  void get(String path, Answer answer, Refusal refusal) {
    paths.add(path);
    builder.service(
        path,
        (context, request) -> {
          if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            return refusal.of(HttpStatus.METHOD_NOT_ALLOWED, "expected GET");
          }
          QueryMemory.Share share = memory.share();
          Call call = new Call(context, share, clock);
          CompletableFuture<HttpResponse> reply =
              CompletableFuture.supplyAsync(
                  () -> reply(context, call, answer, refusal), context.blockingTaskExecutor());
          // The answer is held until it is sent, or nobody takes it.
          var unused =
              CompletableFuture.allOf(reply, context.log().whenComplete())
                  .whenComplete((sent, failure) -> share.close());
          var unusedToo = reply.thenRun(() -> limitSending(context));
          return HttpResponse.of(reply);
        });
  }

  /**
   * An answer that nobody reads, or a byte now and then, would hold its memory for as long as they
   * like: the server's time for a request is over once the answer is handed on.
   */
  private void limitSending(ServiceRequestContext context) {
    RequestLogAccess sending = context.log();
    Runnable close =
        () -> {
          log.info(
              "the answer to {} was not taken within {} s: the connection is closed",
              context.path(),
              maxSending.toSeconds());
          Channel channel = sending.partial().channel();
          if (channel != null) {
            var unused = channel.close();
          }
        };
    Future<?> end =
        context.eventLoop().schedule(close, maxSending.toMillis(), TimeUnit.MILLISECONDS);
    var unused = sending.whenComplete().thenRun(() -> end.cancel(false));
  }

  private static HttpResponse reply(
      ServiceRequestContext context, Call call, Answer answer, Refusal refusal) {
    if (call.isGone()) { // while it waited: nobody takes an answer
      return refusal.of(HttpStatus.SERVICE_UNAVAILABLE, "the request was given up");
    }
    try {
      return Json.ok(answer.to(call));
    } catch (ApiException e) {
      return refusal.of(e.status(), String.valueOf(e.getMessage()));
    } catch (InvalidQueryException e) {
      return refusal.of(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (TooMuchToScanException e) {
      return refusal.of(HttpStatus.UNPROCESSABLE_ENTITY, String.valueOf(e.getMessage()));
    } catch (OpenSearchUnavailableException | QueriesBusyException e) { // it passes
      return refusal
          .of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()))
          .mapHeaders(headers -> headers.toBuilder().set(HttpHeaderNames.RETRY_AFTER, "1").build());
    } catch (QueryStoppedException e) {
      return refusal.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "the query took longer than "
              + Call.MAX_TIME.toSeconds()
              + " s and was stopped: narrow its time or its filter");
    } catch (RuntimeException e) {
      log.error("{} failed", context.path(), e);
      return refusal.of(HttpStatus.INTERNAL_SERVER_ERROR, "the query failed; the log says more");
    }
  }
}
