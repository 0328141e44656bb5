package io.sluice.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.ChannelOption;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.QueriesBusyException;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.SearchStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  @TempDir private Path directory;

  private final ServerBuilder builder = Server.builder().http(0);
  private @Nullable Server server;

  @AfterEach
  void stop() {
    if (server != null) {
      var unused = server.stop(); // ends two seconds later: so long its threads look for more
    }
  }

  @Test
  void saysThatOtherQueriesHoldTheMemoryUntilTheirAnswersAreSent() {
    QueryMemory memory = new QueryMemory(1 << 20);
    try (SearchStore store = LuceneStore.open(directory);
        QueryMemory.Share other = memory.share()) {
      for (int i = 0; i < 10; i++) {
        String body = "x".repeat(10_000);
        store.put(new LogEntry("" + i, i, "cart", 9, "", body, "", "", Map.of(), Map.of()));
      }
      store.refresh();
      new Routes(builder, memory, Clock.systemUTC())
          .get("/logs", call -> call.reader(store).logs(LogQuery.all()).entries().size());
      WebClient client = client();
      for (int i = 0; i < 5; i++) { // each gives back what it held, soon after its answer
        await().atMost(AT_MOST).until(() -> get(client).status().code() == 200);
      }
      await()
          .atMost(AT_MOST)
          .until(
              () -> {
                try {
                  store.until(() -> false, other).logs(LogQuery.all());
                  return true;
                } catch (RuntimeException busy) {
                  return false;
                }
              });
      AggregatedHttpResponse refused = get(client);
      assertThat(refused.status().code()).isEqualTo(503);
      assertThat(refused.headers().get("retry-after")).isEqualTo("1");
      assertThat(refused.contentUtf8()).contains("other queries hold the memory");
      other.close();
      assertThat(get(client).contentUtf8()).startsWith("10");
    }
  }

  @Test
  void whoDoesNotTakeTheirAnswerDoesNotHoldTheMemoryForEver() throws Exception {
    QueryMemory memory = new QueryMemory(1 << 20);
    CountDownLatch answered = new CountDownLatch(1);
    try (SearchStore store = LuceneStore.open(directory);
        QueryMemory.Share other = memory.share()) {
      store.put(
          new LogEntry("1", 1, "cart", 9, "", "x".repeat(80_000), "", "", Map.of(), Map.of()));
      store.refresh();
      builder.childChannelOption(ChannelOption.SO_SNDBUF, 4096);
      new Routes(builder, memory, Clock.systemUTC(), Duration.ofSeconds(10))
          .get(
              "/logs",
              call -> {
                LogQuery all = LogQuery.all();
                int found = call.reader(store).logs(all).entries().size();
                answered.countDown();
                return String.valueOf(found).repeat(4_000_000); // more than sockets keep
              });
      try (Socket idle = new Socket()) {
        idle.setReceiveBufferSize(1024);
        idle.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        idle.getOutputStream()
            .write("GET /logs HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(US_ASCII));
        assertThat(answered.await(AT_MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> store.until(() -> false, other).logs(LogQuery.all()))
            .isInstanceOf(QueriesBusyException.class);
        await()
            .atMost(AT_MOST)
            .ignoreException(QueriesBusyException.class)
            .until(() -> !store.until(() -> false, other).logs(LogQuery.all()).entries().isEmpty());
      }
    }
  }

  @Test
  void aRequestThatWasGivenUpWhileItWaitedIsNotAnswered() throws Exception {
    CompletableFuture<ServiceRequestContext> waiting = new CompletableFuture<>();
    CompletableFuture<String> free = new CompletableFuture<>();
    AtomicInteger answered = new AtomicInteger();
    builder.blockingTaskExecutor(1);
    builder.decorator(
        (delegate, context, request) -> {
          if (context.path().equals("/given-up")) {
            waiting.complete(context);
          }
          return delegate.serve(context, request);
        });
    Routes routes = new Routes(builder, new QueryMemory(1), Clock.systemUTC());
    CountDownLatch busy = new CountDownLatch(1);
    routes.get(
        "/long",
        call -> {
          busy.countDown();
          return free.join();
        });
    routes.get("/given-up", call -> answered.incrementAndGet());
    routes.get("/next", call -> "next");
    int port = port();
    WebClient client = WebClient.of("h1c://127.0.0.1:" + port);
    var unused = client.get("/long").aggregate();
    assertThat(busy.await(AT_MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    try (Socket leaving = new Socket(InetAddress.getLoopbackAddress(), port)) {
      leaving
          .getOutputStream()
          .write("GET /given-up HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(US_ASCII));
      ServiceRequestContext context = waiting.get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
      leaving.close();
      context.log().whenComplete().get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
    } finally {
      free.complete("long");
    }
    assertThat(client.get("/next").aggregate().join().contentUtf8()).contains("next");
    assertThat(answered).hasValue(0);
  }

  /** But for one or two dots alone, which are folded away before they come here. */
  @ParameterizedTest
  @ValueSource(
      strings = {"a/b", "/", "50%", "%2F", "a b+c", "ü", "...", ".hidden", "a?b#c", ";", "a;b=c"})
  void aNameOfAnyCharactersIsAPartOfAPath(String name) {
    new Routes(builder, new QueryMemory(1), Clock.systemUTC())
        .get("/services/{service}/operations", call -> call.path("service"));
    String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20");
    assertThat(
            client().get("/services/" + encoded + "/operations").aggregate().join().contentUtf8())
        .isEqualTo("\"" + name + "\"\n");
  }

  private WebClient client() {
    return WebClient.of("h1c://127.0.0.1:" + port());
  }

  /** Of the server that what was built is served by. */
  private int port() {
    Server started = builder.build();
    server = started;
    started.start().join();
    return started.activeLocalPort();
  }

  private static AggregatedHttpResponse get(WebClient client) {
    return client.get("/logs").aggregate().join();
  }
}
