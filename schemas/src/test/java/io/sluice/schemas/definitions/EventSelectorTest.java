package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.settings.StrictYaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventSelectorTest {

  private static final TestEvent EVENT =
      TestEvent.of("shop", "GET /").with(Map.of("code", 200, "tier", "gold"));

  @Test
  void matchesWhenAllThatIsGivenIsEqual() {
    assertThat(matches("{service: shop, operation: GET /, kind: server, attributes: {code: 200}}"))
        .isTrue();
    assertThat(matches("{service: shop}")).isTrue();
  }

  @Test
  void doesNotMatchWhenOneDiffers() {
    assertThat(matches("{service: cart, operation: GET /}")).isFalse();
    assertThat(matches("{service: shop, operation: POST /}")).isFalse();
    assertThat(matches("{service: shop, kind: client}")).isFalse();
    assertThat(matches("{service: shop, attributes: {code: 201}}")).isFalse();
    assertThat(matches("{service: shop, attributes: {absent: 1}}")).isFalse();
    assertThat(matches("{service: shop, severityAtLeast: error}")).isFalse();
  }

  @Test
  void listsMeanAnyOfThem() {
    assertThat(matches("{service: [cart, shop], operation: [GET /, POST /]}")).isTrue();
    assertThat(matches("{attributes: {tier: [silver, gold]}}")).isTrue();
    assertThat(matches("{attributes: {tier: [silver, tin]}}")).isFalse();
  }

  @Test
  void expressionsMatchAsAWhole() {
    assertThat(matches("{operationMatches: 'GET .*'}")).isTrue();
    assertThat(matches("{operationMatches: 'GET'}")).isFalse();
    assertThat(matches("{attributesMatch: {tier: g.ld, code: '2..'}}")).isTrue();
    assertThat(matches("{attributesMatch: {tier: ol}}")).isFalse();
    assertThat(matches("{attributesMatch: {absent: '.*'}}")).isFalse();
  }

  @Test
  void anExpressionTakesLinearTime() {
    String text = "a".repeat(20_000) + "b";

    assertThat(TextPattern.parse("(a*)*(a*)*(a|a)*c").matches(text)).isFalse();
  }

  @Test
  void selectorOfEverythingIsRefused() {
    assertThatThrownBy(() -> selector("{}"))
        .hasMessageContaining("at least one of service, operation, kind, attributes");
    assertThatThrownBy(() -> selector("{service: []}")).hasMessageContaining("a list of them");
    assertThatThrownBy(() -> selector("{operationMatches: '('}"))
        .hasMessageContaining("operationMatches: expected a regular expression of RE2 (");
  }

  @Test
  void numbersOfKindsAreThoseOfOtlp() {
    for (SpanKind kind : SpanKind.values()) {
      assertThat(kind.number()).isEqualTo(Span.SpanKind.valueOf("SPAN_KIND_" + kind).getNumber());
    }
  }

  @Test
  void saysWhichKeysASignalDoesNotHave() {
    EventSelector selector =
        selector("{service: a, kind: server, severityAtLeast: warn, attributes: {b: c}}");

    assertThat(selector.keysNotOf(EventSignal.SPANS)).isEqualTo(List.of("severityAtLeast"));
    assertThat(selector.keysNotOf(EventSignal.LOGS)).isEqualTo(List.of("kind"));
    assertThat(selector.keysNotOf(EventSignal.TRACES))
        .isEqualTo(List.of("kind", "severityAtLeast", "attributes"));
  }

  private static boolean matches(String yaml) {
    return selector(yaml).matches(EVENT);
  }

  private static EventSelector selector(String yaml) {
    return StrictYaml.document("selector.yaml", yaml).bind(EventSelector.class);
  }
}
