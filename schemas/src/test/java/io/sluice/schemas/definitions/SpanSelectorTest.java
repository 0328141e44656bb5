package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanSelectorTest {

  private static final ResourceView SHOP =
      new ResourceView(
          Slice.of(
              Resource.newBuilder()
                  .addAttributes(
                      attribute("service.name", AnyValue.newBuilder().setStringValue("shop")))
                  .build()
                  .toByteArray()));

  private static final SpanView SPAN =
      new SpanView(
          Slice.of(
              Span.newBuilder()
                  .setName("GET /")
                  .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                  .addAttributes(attribute("code", AnyValue.newBuilder().setIntValue(200)))
                  .build()
                  .toByteArray()));

  @Test
  void matchesWhenAllThatIsGivenIsEqual() {
    assertThat(matches(new SpanSelector("shop", "GET /", SpanKind.SERVER, Map.of("code", "200"))))
        .isTrue();
    assertThat(matches(new SpanSelector("shop", null, null, Map.of()))).isTrue();
  }

  @Test
  void doesNotMatchWhenOneDiffers() {
    assertThat(matches(new SpanSelector("cart", "GET /", null, Map.of()))).isFalse();
    assertThat(matches(new SpanSelector("shop", "POST /", null, Map.of()))).isFalse();
    assertThat(matches(new SpanSelector("shop", null, SpanKind.CLIENT, Map.of()))).isFalse();
    assertThat(matches(new SpanSelector("shop", null, null, Map.of("code", "201")))).isFalse();
    assertThat(matches(new SpanSelector("shop", null, null, Map.of("absent", "1")))).isFalse();
  }

  @Test
  void selectorOfEverythingIsRefused() {
    assertThatThrownBy(() -> new SpanSelector(null, null, null, Map.of()))
        .hasMessageContaining("at least one of service, operation, kind, attributes");
  }

  @Test
  void numbersOfKindsAreThoseOfOtlp() {
    for (SpanKind kind : SpanKind.values()) {
      assertThat(kind.number()).isEqualTo(Span.SpanKind.valueOf("SPAN_KIND_" + kind).getNumber());
    }
  }

  private static boolean matches(SpanSelector selector) {
    return selector.matches(SHOP, SPAN);
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
