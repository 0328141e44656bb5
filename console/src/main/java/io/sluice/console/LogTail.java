package io.sluice.console;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.console.Access.Visitor;
import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.sinks.search.InvalidQueryException;
import io.sluice.sinks.search.LogEntries;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LogFilter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * New log lines as they come, as server-sent events, to whoever listens: {@code log} with a line,
 * and every second {@code state} with how many were shown and how many left out. The topic is read
 * only while somebody listens, once for all of them. A line is left out when more come than the
 * listener wants in a second, or than it takes; where more come than can be read, records are
 * passed over and counted. A stream ends after an hour, when its token is taken out, and when
 * nothing of it was taken for a minute.
 */
final class LogTail implements AutoCloseable, TopicFollower.Reader {

  static final int MAX_LISTENERS = 20;

  /** Half: whatever one client does, others may follow too. */
  static final int MAX_OF_ONE_CLIENT = 10;

  /** A client that is still there asks again. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** For so long a client may take nothing, for instance since it was stopped. */
  static final Duration LONGEST_UNREAD = Duration.ofMinutes(1);

  static final int MAX_RATE = 1000;
  private static final int DEFAULT_RATE = 50;

  /** What is older is no news: it is in the index. */
  private static final Duration MAX_BEHIND = Duration.ofSeconds(5);

  /** Of lines that wait for a slow listener. */
  private static final long MAX_WAITING_BYTES = 1 << 20;

  private static final ResponseHeaders EVENTS =
      ResponseHeaders.builder(HttpStatus.OK)
          .add("content-type", "text/event-stream; charset=utf-8")
          .add("cache-control", "no-store")
          .build();

  private final KafkaConnection connection;
  private final Clock clock;
  private final LongSupplier ticks;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable TopicFollower follower;

  /**
   * @param ticks milliseconds that nobody can set, for who listens how long
   */
  LogTail(KafkaConnection connection, Clock clock, LongSupplier ticks) {
    this.connection = connection;
    this.clock = clock;
    this.ticks = ticks;
  }

  HttpResponse listen(ServiceRequestContext context) {
    if (context.method() != HttpMethod.GET) {
      return Json.error(HttpStatus.METHOD_NOT_ALLOWED, "expected GET");
    }
    LogFilter filter;
    int rate;
    try {
      Parameters parameters =
          new Parameters(
              context.queryParams(), Set.of("q", "service", "severity", "trace", "rate"));
      filter = new LogFilter(LogParameters.query(parameters));
      rate = parameters.count("rate", DEFAULT_RATE, MAX_RATE);
    } catch (ApiException e) {
      return Json.error(e.status(), String.valueOf(e.getMessage()));
    } catch (InvalidQueryException e) {
      return Json.error(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    HttpResponseWriter out = HttpResponse.streaming();
    Visitor visitor = Access.visitor(context);
    String refusal = join(new Listener(filter, rate, visitor, ticks, out), context);
    if (refusal != null) {
      out.abort();
      return Json.error(HttpStatus.SERVICE_UNAVAILABLE, refusal)
          .mapHeaders(headers -> headers.toBuilder().set(HttpHeaderNames.RETRY_AFTER, "3").build());
    }
    context.clearRequestTimeout();
    return out;
  }

  /** Why it may not follow, null when it does. */
  private synchronized @Nullable String join(Listener listener, ServiceRequestContext context) {
    if (listeners.size() >= MAX_LISTENERS) {
      return "no more than " + MAX_LISTENERS + " may follow the logs at one time";
    }
    String client = listener.visitor.client();
    if (listeners.stream().filter(each -> each.visitor.client().equals(client)).count()
        >= MAX_OF_ONE_CLIENT) {
      return "you follow the logs " + MAX_OF_ONE_CLIENT + " times already, which is the most";
    }
    listener.out.write(EVENTS);
    listeners.add(listener);
    if (follower == null) {
      follower = new TopicFollower(connection, Map.of(Topics.LOGS, Reach.last(0)), clock, this);
      follower.start();
    }
    ScheduledFuture<?> everySecond =
        context
            .eventLoop()
            .withoutContext()
            .scheduleAtFixedRate(() -> tell(listener), 0, 1, TimeUnit.SECONDS);
    CompletableFuture<?> unused =
        listener
            .out
            .whenComplete()
            .whenComplete(
                (nothing, failure) -> {
                  everySecond.cancel(false);
                  // Not here: whoever runs this must not wait for Kafka.
                  context.blockingTaskExecutor().execute(() -> leave(listener));
                });
    return null;
  }

  private void leave(Listener listener) {
    TopicFollower last = null;
    synchronized (this) {
      listeners.remove(listener);
      if (listeners.isEmpty()) {
        last = follower;
        follower = null;
      }
    }
    if (last != null) {
      // Without the lock, which event loops take: it waits for Kafka.
      last.close();
    }
  }

  private void tell(Listener listener) {
    if (listener.isOver || ticks.getAsLong() - listener.takenAt >= LONGEST_UNREAD.toMillis()) {
      listener.out.abort(); // a client that takes nothing never comes to the end
      return;
    }
    if (ticks.getAsLong() >= listener.end || !listener.visitor.mayStay().getAsBoolean()) {
      listener.isOver = true;
      listener.out.close();
      return;
    }
    TopicFollower current;
    synchronized (this) {
      current = follower;
    }
    listener.state(current != null && current.isFollowing());
  }

  @Override
  public void begin() {
    // What was missed while Kafka was away is in the index.
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    for (LogEntry entry : LogEntries.of(record)) {
      LogFilter.Line line = new LogFilter.Line(entry);
      listeners.forEach(listener -> listener.take(line, ticks.getAsLong() / 1000));
    }
  }

  @Override
  public Duration mayBeBehind() {
    return MAX_BEHIND;
  }

  @Override
  public void passedOver(long records) {
    listeners.forEach(listener -> listener.passedOver.addAndGet(records));
  }

  @Override
  public void close() {
    listeners.forEach(listener -> listener.out.close());
    TopicFollower current;
    synchronized (this) {
      current = follower;
      follower = null;
    }
    if (current != null) {
      current.close();
    }
  }

  /** One who listens. Lines come from the follower's thread, states from an event loop. */
  private static final class Listener {

    private final LogFilter filter;
    private final int rate;
    private final Visitor visitor;
    private final LongSupplier ticks;
    private final long end;
    private final HttpResponseWriter out;
    private final AtomicLong shown = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong passedOver = new AtomicLong();
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile long takenAt;
    private boolean isOver; // its event loop's
    private long second;
    private int inSecond;

    Listener(
        LogFilter filter, int rate, Visitor visitor, LongSupplier ticks, HttpResponseWriter out) {
      this.filter = filter;
      this.rate = rate;
      this.visitor = visitor;
      this.ticks = ticks;
      this.takenAt = ticks.getAsLong();
      this.end = takenAt + LONGEST.toMillis();
      this.out = out;
    }

    void take(LogFilter.Line line, long now) {
      if (!filter.matches(line)) {
        return;
      }
      if (now != second) {
        second = now;
        inSecond = 0;
      }
      if (inSecond >= rate || waitingBytes.get() > MAX_WAITING_BYTES) {
        dropped.incrementAndGet();
        return;
      }
      inSecond++;
      shown.incrementAndGet();
      LogEntry entry = line.entry();
      write("event: log\nid: " + entry.id() + "\n", LogJson.of(entry));
    }

    void state(boolean following) {
      Map<String, Object> state = new LinkedHashMap<>();
      state.put("following", following);
      state.put("shown", shown.get());
      state.put("dropped", dropped.get());
      state.put("passedOver", passedOver.get());
      write("event: state\n", state);
    }

    private void write(String head, Object data) {
      HttpData bytes = HttpData.ofUtf8(head + "data: " + Json.text(data) + "\n\n");
      waitingBytes.addAndGet(bytes.length());
      if (out.tryWrite(bytes)) {
        // Consumed in order: when this one is, so are those before it.
        CompletableFuture<?> unused =
            out.whenConsumed()
                .thenRun(
                    () -> {
                      waitingBytes.addAndGet(-bytes.length());
                      takenAt = ticks.getAsLong();
                    });
      }
    }
  }
}
