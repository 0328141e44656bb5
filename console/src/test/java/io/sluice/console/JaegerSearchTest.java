package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.QueryStoppedException;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.Service;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search that takes longer than it may. */
@SuppressWarnings("NullAway.Init") // start comes first
class JaegerSearchTest {

  @TempDir private Path directory;
  private final MovingClock clock = new MovingClock(Telemetry.START.plusSeconds(60));
  private SearchStore store;
  private Call call;
  private JaegerQuery query;

  @BeforeEach
  void start() {
    store = LuceneStore.open(directory);
    for (int i = 1; i <= 3; i++) {
      Service cart = Telemetry.service("cart");
      TraceBuilder trace =
          TraceBuilder.trace(
              Telemetry.traceId(i), cart.span("GET /").calls(cart.span("a"), cart.span("b")));
      store.put(Samples.trace(trace, "cart", "GET /"));
    }
    store.refresh();
    call =
        new Call(
            ServiceRequestContext.of(HttpRequest.of(HttpMethod.GET, "/?service=cart")),
            new QueryMemory(1 << 24).share(),
            clock);
    query = JaegerQuery.of(call.query(), clock);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void givesWhatItFoundUntilThen() {
    List<String> found = new ArrayList<>();
    String why =
        new JaegerSearch(store)
            .each(
                call,
                query,
                (trace, tree) -> {
                  found.add(trace.summary().traceId());
                  clock.advance(Call.MAX_TIME);
                  return null;
                });
    assertThat(why).isEqualTo("stopped after 8 s: narrow the search");
    assertThat(found).hasSize(1);
  }

  @Test
  void anAnswerHasNoMoreSpansThanItMayWhateverTheNumberOfTraces() {
    JsonNode answer = new ObjectMapper().valueToTree(new JaegerApi(store, clock, 5).search(call));
    assertThat(answer.get("data")).hasSize(2);
    assertThat(answer.at("/data/0/spans")).hasSize(3);
    assertThat(answer.at("/data/1/spans")).hasSize(2);
    assertThat(answer.at("/data/1/warnings/0").asText()).contains("1 further spans are not shown");
    assertThat(answer.at("/errors/0/msg").asText()).contains("no more than 5 spans");
  }

  @Test
  void isStoppedWhenNothingWasFound() {
    clock.advance(Call.MAX_TIME);
    assertThatThrownBy(() -> new JaegerSearch(store).each(call, query, (trace, tree) -> null))
        .isInstanceOf(QueryStoppedException.class);
  }
}
