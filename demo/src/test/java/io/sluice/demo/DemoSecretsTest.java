package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.demo.DemoSecrets.Planted;
import io.sluice.demo.DemoSecrets.Signal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoSecretsTest {

  @Test
  void areInTheTelemetryOfEveryCheckoutBesideTheirMarkers() throws Exception {
    try (RecordedShop shop = new RecordedShop()) {
      shop.send(
          "POST",
          "/session",
          Json.MAPPER.writeValueAsString(
              Map.of("customer", "ann", "password", DemoSecrets.NESTED_PASSWORD)));
      shop.purchase("ann", DemoSecrets.CARD);
      shop.purchase("ann", DemoSecrets.CARD_WITH_DASHES);
      Awaitility.await().until(() -> shop.spans("frontend", "POST /checkout").size() == 2);

      List<String> logs = shop.logs().stream().map(DemoSecretsTest::everything).toList();
      List<String> spans = shop.spans().stream().map(DemoSecretsTest::everything).toList();
      for (Planted secret : DemoSecrets.all()) {
        List<String> records = secret.signal() == Signal.LOGS ? logs : spans;
        assertThat(records)
            .as(secret.name())
            .anyMatch(it -> it.contains(secret.literal()) && it.contains(secret.marker()));
        assertThat(secret.signal() == Signal.LOGS ? spans : logs)
            .as(secret.name())
            .noneMatch(it -> it.contains(secret.literal()));
      }
    }
  }

  @Test
  void canBeToldApart() {
    List<String> literals = DemoSecrets.all().stream().map(Planted::literal).toList();

    assertThat(literals).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(10);
    for (String literal : literals) {
      assertThat(literals).filteredOn(other -> other.contains(literal)).hasSize(1);
      assertThat(DemoSecrets.all()).noneMatch(it -> it.marker().contains(literal));
      assertThat(DemoSecrets.all()).noneMatch(it -> it.toString().contains(literal));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DemoSecrets.CARD,
        DemoSecrets.CARD_WITH_DASHES,
        DemoSecrets.CARD_IN_ATTRIBUTE,
        DemoSecrets.CARD_IN_EVENT
      })
  void haveCardNumbersWithAValidChecksum(String card) {
    int[] digits = card.chars().filter(Character::isDigit).map(c -> c - '0').toArray();
    int sum = 0;
    for (int i = 0; i < digits.length; i++) {
      int digit = digits[digits.length - 1 - i];
      int doubled = i % 2 == 1 ? 2 * digit : digit;
      sum += doubled / 10 + doubled % 10;
    }
    assertThat(sum % 10).isZero();
  }

  private static String everything(LogRecordData log) {
    Object body = log.getBodyValue() == null ? "" : log.getBodyValue().asString();
    return body + " " + log.getAttributes();
  }

  private static String everything(SpanData span) {
    return Stream.concat(
            Stream.of(span.getName(), span.getAttributes().toString()),
            span.getEvents().stream().map(Object::toString))
        .toList()
        .toString();
  }
}
