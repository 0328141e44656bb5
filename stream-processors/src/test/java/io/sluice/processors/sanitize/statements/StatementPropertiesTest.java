package io.sluice.processors.sanitize.statements;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class StatementPropertiesTest {

  /** Pieces at which the scrubbers turn, so that their edges meet. */
  private static final List<String> PIECES =
      List.of(
          "'",
          "''",
          "\"",
          "`",
          "[",
          "]",
          "{",
          "}",
          "(",
          ")",
          ",",
          ":",
          "::",
          "=",
          ";",
          "\\",
          "\\'",
          "$",
          "$$",
          "$a$",
          "$1",
          ":1",
          "?",
          "??",
          "?1",
          "--",
          "-- ",
          "#",
          "# ",
          "//",
          "/*",
          "*/",
          "/",
          "-",
          "+",
          ".",
          "1",
          "1.5e-",
          "0x",
          "e'",
          "E",
          "q'[",
          "]'",
          "N'",
          "_u'",
          "u&'",
          "'''",
          " ",
          "\n",
          "\r\n",
          "\t",
          "SELECT ",
          " IN ",
          " IN (",
          " VALUES ",
          "VALUES(",
          "?, ?",
          "(?)",
          "identified by ",
          "replace ",
          "SET ",
          "GET ",
          "MSET ",
          "CONFIG ",
          ";SET ",
          "\nGET ",
          "get ",
          "{\"find\":",
          "\"$in\":[",
          "a",
          "_",
          "Z9",
          "é",
          "\u0000",
          "@p",
          "550e8400-e29b-41d4-a716-",
          "446655440000",
          "true",
          "null",
          "new ",
          "ObjectId(",
          "db.",
          "AUTH");

  /** Where a literal can stand, by system. */
  private record Form(String system, String before, String after) {}

  private static final List<Form> LITERALS =
      List.of(
          new Form("postgresql", "'", "'"),
          new Form("postgresql", "E'\\'", "'"),
          new Form("postgresql", "$t$", "$t$"),
          new Form("postgresql", "N'", "'"),
          new Form("postgresql", "/* ", " */"),
          new Form("postgresql", "1", ""),
          new Form("mysql", "\"", "\""),
          new Form("mysql", "'\\'", "'"),
          new Form("mysql", "# ", "\n"),
          new Form("oracle", "q'{'", "}'"),
          new Form("mssql", "N'''", "'"),
          new Form("bigquery", "'''it's ", "'''"),
          new Form("sqlite", " = \"", "\""),
          new Form("", "'", "'"),
          new Form("", "\"", "\""),
          new Form("", "-- ", "\n"),
          new Form("cassandra", "'", "'"));

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(PIECES).list().ofMaxSize(30).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> tokens() {
    return Arbitraries.of(
            "SELECT",
            "a",
            "\"b c\"",
            "'x'",
            "5",
            "(",
            ")",
            ",",
            "=",
            "$1",
            "IN (",
            "VALUES (",
            "-",
            "/* c */",
            "t.a",
            ":n",
            "NULL",
            "\n",
            "::text",
            "(1, 'y'), (2, 'z')")
        .list()
        .ofMaxSize(15)
        .map(parts -> String.join(" ", parts));
  }

  @Provide
  Arbitrary<Form> literals() {
    return Arbitraries.of(LITERALS);
  }

  @Property(tries = 20_000)
  void changesNothingMoreTheSecondTimeAndNeverGrows(
      @ForAll("hostile") String text, @ForAll Dialect dialect) {
    byte[] statement = text.getBytes(StandardCharsets.UTF_8);
    byte[] once = scrub(dialect, statement);
    assertThat(once).hasSizeLessThanOrEqualTo(statement.length);
    assertThat(scrubbed(dialect, once)).as(new String(once, StandardCharsets.UTF_8)).isNull();
  }

  @Property(tries = 5000)
  void readsAnyBytes(@ForAll @Size(max = 200) byte[] bytes, @ForAll Dialect dialect) {
    byte[] once = scrub(dialect, bytes);
    assertThat(once).hasSizeLessThanOrEqualTo(bytes.length);
    assertThat(scrubbed(dialect, once)).isNull();
  }

  @Property(tries = 5000)
  void looksAtItsRangeOnly(@ForAll("hostile") String text, @ForAll Dialect dialect) {
    byte[] alone = text.getBytes(StandardCharsets.UTF_8);
    byte[] within = ("'\"" + text + "'\"*/").getBytes(StandardCharsets.UTF_8);
    Slice scrubbed = new StatementScrubber().scrub(dialect, within, 2, 2 + alone.length);
    assertThat(scrubbed == null ? alone : scrubbed.toBytes()).isEqualTo(scrub(dialect, alone));
  }

  @Property(tries = 10_000)
  void noLiteralSurvivesWhereverItStandsAndWhereverItIsCut(
      @ForAll("literals") Form form,
      @ForAll("tokens") String left,
      @ForAll("tokens") String right,
      @ForAll @IntRange(max = 8) int cut) {
    String whole = left + " " + form.before() + "h7Unter2" + form.after();
    assertThat(Statements.scrub(form.system(), whole + " " + right)).doesNotContain("h7U");
    String truncated = whole.substring(0, Math.max(0, whole.length() - cut));
    assertThat(Statements.scrub(form.system(), truncated)).doesNotContain("h7U");
  }

  @Property(tries = 5000)
  void otherLiteralsGiveTheSameText(
      @ForAll("literals") Form form,
      @ForAll("tokens") String left,
      @ForAll("tokens") String right,
      @ForAll("values") String one,
      @ForAll("values") String other) {
    String before = left + " " + form.before();
    String after = form.after() + " " + right;
    assertThat(Statements.scrub(form.system(), before + one + after))
        .isEqualTo(Statements.scrub(form.system(), before + other + after));
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(12);
  }

  @Property(tries = 5000)
  void noValueOfADocumentSurvives(
      @ForAll("hostile") String value, @ForAll("keys") List<String> keys) {
    String escaped = (value + "h7Unter2").replace("\\", "\\\\").replace("\"", "\\\"");
    String document = "{\"x\":[1,\"" + escaped + "\"],\"y\":\"h7Unter2\"}";
    StringBuilder expected = new StringBuilder("{\"x\":[?],\"y\":?}");
    for (String key : keys) {
      document = "{\"" + key + "\":" + document + "}";
      expected.insert(0, "{\"" + key + "\":").append('}');
    }
    assertThat(Statements.scrub("mongodb", document)).isEqualTo(expected.toString());
  }

  @Provide
  Arbitrary<List<String>> keys() {
    return Arbitraries.of("$set", "a.b", "find", "naïve key", "0").list().ofMaxSize(20);
  }

  /** Counts how often a byte is looked at, so that no clock is needed. */
  private static final class CountingText extends Text {
    private long reads;

    @Override
    int at(int i) {
      reads++;
      return super.at(i);
    }
  }

  @Property(tries = 2000)
  void workGrowsWithTheLengthOnly(
      @ForAll("hostile") String piece, @ForAll Dialect dialect, @ForAll Random random) {
    String unit = piece.isEmpty() ? "x" : piece;
    String lead = PIECES.get(random.nextInt(PIECES.size()));
    byte[] statement =
        (lead + unit.repeat(4000 / unit.length() + 1)).getBytes(StandardCharsets.UTF_8);
    CountingText text = new CountingText();
    StatementScrubber scrubber = new StatementScrubber(text);
    scrubber.scrub(dialect, statement, 0, statement.length);
    // Quadratic work would be a thousand times the length.
    assertThat(text.reads).isLessThan(60L * statement.length + 500);
    assertThat(scrubber.compared()).isLessThan(8L * statement.length);
  }

  private static byte[] scrub(Dialect dialect, byte[] statement) {
    byte[] scrubbed = scrubbed(dialect, statement);
    return scrubbed == null ? statement : scrubbed;
  }

  private static byte @Nullable [] scrubbed(Dialect dialect, byte[] statement) {
    Slice scrubbed = new StatementScrubber().scrub(dialect, statement, 0, statement.length);
    return scrubbed == null ? null : scrubbed.toBytes();
  }
}
