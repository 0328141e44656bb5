package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.MovingClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SloApiTest {

  private static final String SLO = "checkout-latency";
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());

  private final MovingClock clock = new MovingClock(Instant.now());
  private final TopicViews views =
      new TopicViews(new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")), clock);
  private final SloApi slos = new SloApi(views, clock);

  @AfterEach
  void close() {
    views.close();
  }

  @Test
  void whileWindowsAreMissingItBurnsAsFastAsItDidWhenTheyCame() {
    put(Samples.window(SLO, Duration.ofSeconds(30), 10, 10, 0));
    put(Samples.window(SLO, Duration.ofSeconds(20), 8, 10, 0));
    double burnRate = shortBurnRate();
    assertThat(burnRate).isPositive();

    clock.advance(Duration.ofMinutes(30));
    assertThat(shortBurnRate()).as("nothing is known since").isCloseTo(burnRate, within(1e-9));
  }

  private void put(SliWindow window) {
    byte[] key = SLO.getBytes(StandardCharsets.UTF_8);
    views.read(
        Topics.SLIS, new ConsumerRecord<>(Topics.SLIS.name(), 0, 0, key, WINDOWS.encode(window)));
  }

  private double shortBurnRate() {
    JsonNode slo = new ObjectMapper().valueToTree(slos.slo(SLO, QueryParams.of()));
    return slo.at("/policies/0/short/burnRate").asDouble();
  }
}
