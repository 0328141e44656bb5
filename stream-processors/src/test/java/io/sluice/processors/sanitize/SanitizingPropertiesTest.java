package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SanitizingPropertiesTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();

  /** Pieces that rules look at, put together at random, so that their edges meet. */
  @Provide
  Arbitrary<String> hostile() {
    List<String> pieces =
        List.of(
            "password",
            "token",
            "api key",
            "secret",
            "--",
            "=",
            ":",
            "=>",
            "\"",
            "'",
            "\\\"",
            "\\",
            "[",
            "]",
            "{",
            "}",
            ",",
            ";",
            "&",
            "<",
            ">",
            "</",
            " ",
            "\n",
            "://",
            "@",
            "/",
            "a",
            "Z9",
            "Bearer ",
            "basic ",
            "authorization",
            "YW5uOmh1bnRlcjItbG9uZw==",
            "4111111111111111",
            "4111 1111 1111 1111",
            "1111",
            "-",
            "_",
            ".",
            "[card]",
            "[redacted]",
            "*",
            "eyJhbGciOi",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.",
            "-----BEGIN PRIVATE KEY-----",
            "é",
            "null",
            "-----END PRIVATE KEY-----",
            "MIIBVgIBADANBgkqhkiG9w0BAQEF");
    return Arbitraries.of(pieces).list().ofMaxSize(25).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> clean() {
    return Arbitraries.strings()
        .withChars("abcdefghij KLM.,:;=-_/{}[]\"'\\\n0123é")
        .ofMaxLength(120)
        .filter(text -> SANITIZER.sanitize(text).equals(text));
  }

  @Property(tries = 5000)
  void changesNothingMoreTheSecondTime(@ForAll("hostile") String text) {
    String once = SANITIZER.sanitize(text);
    assertThat(SANITIZER.sanitize(once)).isEqualTo(once);
  }

  /** Values in rows behind words that announce them: what replaces the first moves the next. */
  @Provide
  Arbitrary<String> rows() {
    return Arbitraries.of(
            "phone",
            "tel ",
            "[phone]",
            "call ",
            "ssn ",
            "[ssn]",
            "nhs ",
            "card ",
            " ",
            ", ",
            "-",
            "/",
            ".",
            "x",
            "030 901820",
            "0171-2345678",
            "(415) 555-0123",
            "+49 30 901820",
            "536221839",
            "9434765919",
            "4222222222222",
            "4111111111111111")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 5000)
  void changesNothingMoreInRowsOfNumbers(@ForAll("rows") String text) {
    String once = SANITIZER.sanitize(text);
    assertThat(SANITIZER.sanitize(once)).isEqualTo(once);
  }

  @Test
  void takesNoPlaceholderForAWordThatAnnouncesMore() {
    String row = "phone: 030 9018210" + ", 030 9018211".repeat(20);
    String once = SANITIZER.sanitize(row);
    assertThat(once).startsWith("phone: [phone]").isEqualTo(SANITIZER.sanitize(once));
    assertThat(SANITIZER.sanitize("[phone] 030 9018210")).isEqualTo("[phone] 030 9018210");
    assertThat(SANITIZER.sanitize("[card] 4222222222222")).isEqualTo("[card] 4222222222222");
  }

  @Property(tries = 3000)
  void readsAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    byte[] once = SANITIZER.sanitize(bytes);
    assertThat(SANITIZER.sanitize(once)).isSameAs(once);
  }

  @Property(tries = 2000)
  void whatItChangedLiesWithinItsFindings(@ForAll("hostile") String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    BitSet found = new BitSet();
    byte[] result =
        SANITIZER.sanitize(
            utf8,
            finding ->
                found.set(finding.start(), finding.enforced() ? finding.end() : finding.start()));
    assertThat(found.isEmpty()).isEqualTo(result == utf8);
    assertThat(found.length()).isLessThanOrEqualTo(utf8.length);
    // All that was not found is still there, in its order.
    int next = 0;
    for (int i = found.nextClearBit(0); i < utf8.length; i = found.nextClearBit(i + 1)) {
      while (next < result.length && result[next] != utf8[i]) {
        next++;
      }
      next++;
    }
    assertThat(next).isLessThanOrEqualTo(result.length);
  }

  @Property(tries = 2000)
  void growsByNoMoreThanItsPlaceholders(@ForAll("hostile") String text) {
    int before = text.getBytes(StandardCharsets.UTF_8).length;
    int after = SANITIZER.sanitize(text).getBytes(StandardCharsets.UTF_8).length;
    assertThat(after).isLessThanOrEqualTo(before * 11 + 16);
  }

  @Property(tries = 2000)
  void findsASecretWhereverItStands(@ForAll("clean") String before, @ForAll("clean") String after) {
    String text = before + " password=hunter2secret " + after;
    assertThat(SANITIZER.sanitize(text)).doesNotContain("hunter2secret");
    String card = before + " \n4111111111111111\n " + after;
    assertThat(SANITIZER.sanitize(card)).doesNotContain("4111111111111111");
    String url = before + " https://ann:hunter2secret@host/ " + after;
    assertThat(SANITIZER.sanitize(url)).doesNotContain("hunter2secret");
  }
}
