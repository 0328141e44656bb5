package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks for bytes that the sanitizer cannot take: in the ordinary build with the seeds that are
 * kept, and for as long as wanted as CONTRIBUTING.md says.
 */
class SanitizingFuzzTest {

  private static final Sanitizer RULES =
      Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));

  private static final TextSanitizer TEXT = TextSanitizer.shipped();

  /** The longest placeholder for the shortest finding, and then some. */
  private static final int MAX_GROWTH = 24;

  @FuzzTest(maxDuration = "10m")
  void textOfAnyBytes(byte[] text) {
    byte[] once = TEXT.sanitize(text);

    assertThat(TEXT.sanitize(once)).as("sanitized twice").isSameAs(once);
    assertThat(once.length).isLessThanOrEqualTo((text.length + 1) * MAX_GROWTH);
  }

  @FuzzTest(maxDuration = "10m")
  void cardBehindAnyLine(byte[] before) {
    byte[] card = "\ncard 4111 1111 1111 1111".getBytes(StandardCharsets.US_ASCII);
    byte[] text = new byte[before.length + card.length];
    System.arraycopy(before, 0, text, 0, before.length);
    System.arraycopy(card, 0, text, before.length, card.length);

    assertThat(new String(TEXT.sanitize(text), StandardCharsets.ISO_8859_1))
        .doesNotEndWith("4111 1111 1111 1111");
  }

  /** The first byte chooses the signal. */
  @FuzzTest(maxDuration = "10m")
  void requestOfAnyBytes(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    Signal signal =
        switch (bytes[0]) {
          case 0 -> Signal.LOGS;
          case 1 -> Signal.SPANS;
          default -> Signal.METRICS;
        };
    byte[] request = Arrays.copyOfRange(bytes, 1, bytes.length);
    RequestSanitizer sanitizer = new RequestSanitizer(RULES, signal);
    SanitizedRequest once;
    try {
      once = sanitizer.sanitize(request);
    } catch (InvalidInputException e) {
      assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.TOO_DEEP);
      return;
    }
    assertThat(sanitizer.sanitize(once.bytes()).bytes())
        .as("sanitized twice")
        .isSameAs(once.bytes());
    if (once.counts().stream().noneMatch(Count::enforced)) {
      assertThat(once.bytes()).as("without a finding").isSameAs(request);
    }
    assertThat(once.bytes().length).isLessThanOrEqualTo((request.length + 1) * MAX_GROWTH);
  }
}
