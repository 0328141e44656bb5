package io.sluice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class AlertApiTest {

  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());

  @Test
  void pagesHaveThoseThatFireFirstAndSayHowManyAreOpen() {
    try (TopicViews views =
        new TopicViews(
            new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")), Clock.systemUTC())) {
      put(views, "a", AlertState.RESOLVED);
      put(views, "b", AlertState.FIRING);
      put(views, "c", AlertState.RESOLVED);
      put(views, "d", AlertState.PENDING);
      JsonNode first = page(views, QueryParams.of("limit", "3"));
      assertThat(first.get("open").asInt()).isEqualTo(2);
      assertThat(first.get("total").asInt()).isEqualTo(4);
      assertThat(first.get("alerts").findValuesAsText("fingerprint"))
          .hasSize(3)
          .startsWith("b", "d");
      JsonNode second =
          page(views, QueryParams.of("limit", "3", "cursor", first.get("nextCursor").asText()));
      assertThat(second.get("alerts").findValuesAsText("fingerprint")).containsExactly("a");
      assertThat(second.get("open").asInt()).isEqualTo(2);
      assertThat(second.get("nextCursor").isNull()).isTrue();
    }
  }

  private static JsonNode page(TopicViews views, QueryParams query) {
    return new ObjectMapper().valueToTree(new AlertApi(views).alerts(query));
  }

  private static void put(TopicViews views, String fingerprint, AlertState state) {
    byte[] value = ALERTS.encode(Samples.alert(fingerprint, state, "x").build());
    views.read(
        Topics.ALERTS,
        new ConsumerRecord<>(Topics.ALERTS.name(), 0, 0, fingerprint.getBytes(UTF_8), value));
  }
}
