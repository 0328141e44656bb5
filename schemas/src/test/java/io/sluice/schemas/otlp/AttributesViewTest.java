package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AttributesViewTest {

  private static final List<String> NAMES = List.of("peer", "peer.service", "größe", "db", "");

  @Property(tries = 500)
  void findsTheBestKeyInOneWalkAsByAskingForEach(@ForAll long seed) {
    Random random = new Random(seed);
    Span.Builder span = Span.newBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      span.addAttributes(
          KeyValue.newBuilder()
              .setKey(NAMES.get(random.nextInt(NAMES.size())))
              .setValue(value(random)));
    }
    AttributesView attributes = new SpanView(Slice.of(span.build().toByteArray())).attributes();

    for (List<String> keys :
        List.of(
            List.<String>of(),
            List.of("db"),
            List.of("peer.service", "peer", "größe"),
            List.of("größe", "db", "peer"))) {
      String best =
          keys.stream()
              .map(attributes::text)
              .filter(text -> text != null && !text.isEmpty())
              .findFirst()
              .orElse("");
      assertThat(attributes.firstText(keys)).as("%s of %s", keys, span).isEqualTo(best);
    }
  }

  private static AnyValue value(Random random) {
    AnyValue.Builder value = AnyValue.newBuilder();
    return switch (random.nextInt(4)) {
      case 0 -> value.setStringValue("text" + random.nextInt(9)).build();
      case 1 -> value.setStringValue("").build();
      case 2 -> value.setIntValue(random.nextInt(9)).build();
      default -> value.setArrayValue(ArrayValue.getDefaultInstance()).build();
    };
  }
}
