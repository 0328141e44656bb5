package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import io.sluice.ingest.OtlpJsonCodec.Request;
import io.sluice.schemas.InvalidInputException;
import io.sluice.testkit.JsonPrinter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonCodecTest {

  private static final OtlpJsonCodec CODEC = new OtlpJsonCodec(160);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 300)
  void writesWhatItRead(@ForAll long seed) throws Exception {
    RandomRequests requests = new RandomRequests(seed);
    for (OtlpSignal signal : OtlpSignal.values()) {
      byte[] bytes =
          switch (signal) {
            case TRACES -> requests.spans();
            case LOGS -> requests.logs();
            case METRICS -> requests.metrics();
          };
      Message message = signal.prototype().getParserForType().parseFrom(bytes);
      if (message.getAllFields().isEmpty()) {
        continue; // says not what it is a request of
      }
      String json = JsonPrinter.print(message);

      Request request = CODEC.read(json.getBytes(StandardCharsets.UTF_8));
      assertThat(request.signal()).isEqualTo(signal.signal());
      assertThat(request.protobuf()).isEqualTo(message.toByteArray());
      byte[] written = CODEC.write(request);
      assertThat(written).doesNotContain('\n');
      assertThat(tree(new String(written, StandardCharsets.UTF_8))).isEqualTo(tree(json));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"resourceThings\":[]}",
        "{\"resourceLogs\":[],\"resourceSpans\":[]}",
        "{\"resourceLogs\":[],\"resource_logs\":[]}",
        "{\"resourceLogs\":{}}",
        "{\"resourceLogs\":[]",
        "{\"resourceLogs\":[]}}",
      })
  void refusesWhatIsNoRequestOfOneSignal(String json) {
    assertThatThrownBy(() -> CODEC.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"resource_metrics\":[]}", "{\"x\":{\"a\":[1]},\"resourceMetrics\":[]}"})
  void knowsTheSignalByItsTopField(String json) {
    assertThat(CODEC.read(json.getBytes(StandardCharsets.UTF_8)).signal())
        .isEqualTo(OtlpSignal.METRICS.signal());
  }

  private static JsonNode tree(String json) throws IOException {
    return JSON.readTree(json);
  }
}
