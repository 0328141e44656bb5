package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SeenTextsTest {

  /** What these find depends on where it stands, on the value, or on the key beside it. */
  private static final Sanitizer RULES =
      Sanitizer.of(
          RedactionRules.of(
              TestRules.set(
                  1,
                  TestRules.card("card", "fields: [log.body, log.attributes.note]"),
                  TestRules.keys("password", "password"),
                  TestRules.keys("user", "user", "fields: [log.attributes]"),
                  TestRules.word("word", "zebra", "mode: shadow"),
                  TestRules.assignment("pin", "pin", "fields: [log.attributes.note]"))));

  @Property
  void whatWasSeenBeforeChangesNothing(@ForAll("requests") List<byte[]> requests) {
    RequestSanitizer reused = new RequestSanitizer(RULES, Signal.LOGS);
    for (byte[] request : requests) {
      SanitizedRequest fresh = new RequestSanitizer(RULES, Signal.LOGS).sanitize(request);
      SanitizedRequest again = reused.sanitize(request);
      assertThat(again.bytes()).isEqualTo(fresh.bytes());
      assertThat(again.counts()).isEqualTo(fresh.counts());
    }
  }

  @Provide
  Arbitrary<List<byte[]>> requests() {
    Arbitrary<String> texts =
        Arbitraries.of(
            "4111111111111111", "true", "zebra", "pin=4711-ab", "plain", "password", "note", "");
    Arbitrary<String> keys = Arbitraries.of("note", "password", "user", "plain", "zebra");
    return Combinators.combine(texts, keys, texts)
        .as((body, key, value) -> service("a").log(body).attribute(key, value).toRequestBytes())
        .list()
        .ofMinSize(2)
        .ofMaxSize(12);
  }

  @Test
  void knowsNoTextThatWasNotAdded() {
    SeenTexts seen = new SeenTexts();
    Random random = new Random(7);
    Set<String> added = new HashSet<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String text = "k" + Integer.toString(random.nextInt(200_000), 36);
      if (random.nextBoolean()) {
        added.add(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        seen.add(bytes, 0, bytes.length);
        assertThat(seen.contains(bytes, 0, bytes.length)).isTrue();
      } else {
        others.add(text);
      }
    }
    for (String text : others) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(added.contains(text) || !seen.contains(bytes, 0, bytes.length)).isTrue();
    }
  }

  @Test
  void tellsTextsApartThatDifferInOneByteOrInLength() {
    SeenTexts seen = new SeenTexts();
    byte[] text = "0123456789012345678901234567890123456789".getBytes(StandardCharsets.UTF_8);
    seen.add(text, 3, 30);
    assertThat(seen.contains(text, 3, 30)).isTrue();
    assertThat(seen.contains(text, 3, 29)).isFalse();
    for (int i = 3; i < 30; i++) {
      byte[] other = text.clone();
      other[i] ^= 1;
      assertThat(seen.contains(other, 3, 30)).isFalse();
    }
  }

  @Test
  void leavesLongTextsAlone() {
    SeenTexts seen = new SeenTexts();
    byte[] text = new byte[SeenTexts.LONGEST + 1];
    seen.add(text, 0, text.length);
    assertThat(seen.contains(text, 0, text.length)).isFalse();
  }
}
