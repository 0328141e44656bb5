package io.sluice.processors.sanitize.statements;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class StatementPropertiesTest {

  private static final String SECRET = "h7Unter2";

  /** Pieces at which the readers turn, so that their edges meet; ~ is a blank, ^ a line's end. */
  private static final List<String> PIECES =
      pieces(
          """
          ' '' " ` [ ] { } ( ) , : :: = ; \\ \\' $ $$ $a$ $1 :1 ? ?? ?1 -- # // /* */ / - + . * @ &
          1 1.5e- 0x e' E q'[ ]' N' _u' u&' ''' ?,~? (?) SET GET MSET CONFIG ;SET get AUTH a _ Z9 é
          {"find": "$in":[ 550e8400-e29b-41d4-a716- 446655440000 true null new ObjectId( db. "?" @p
          ~ ^ ^^ --~ #~ SELECT~ ~IN~ ~IN~( ~VALUES~ VALUES( identified~by~ replace~ SET~ ^GET~ GET~
          """);

  /** Tokens of which whole statements are made. */
  private static final List<String> TOKENS =
      pieces(
          """
          SELECT a "b~c" 'x' 5 ( ) , = $1 IN~( VALUES~( - /*~c~*/ t.a :n NULL ^ ::text (1,~'y'),~(2,~'z')
          """);

  /** A place in which a literal can stand, in the statements of a system. */
  private record Place(String system, String before, String after) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("postgresql", "'", "'"),
          new Place("postgresql", "E'\\'", "'"),
          new Place("postgresql", "$t$", "$t$"),
          new Place("postgresql", "N'", "'"),
          new Place("postgresql", "U&'", "'"),
          new Place("postgresql", "/* ", " */"),
          new Place("postgresql", "-- ", "\n"),
          new Place("postgresql", "1", ""),
          new Place("mysql", "\"", "\""),
          new Place("mysql", "'\\'", "'"),
          new Place("mysql", "# ", "\n"),
          new Place("mysql", "_utf8mb4'", "'"),
          new Place("oracle", "q'{'", "}'"),
          new Place("oracle", "IDENTIFIED BY ", " "),
          new Place("mssql", "N'''", "'"),
          new Place("bigquery", "'''it's ", "'''"),
          new Place("sqlite", " = \"", "\""),
          new Place("cassandra", "'", "'"),
          new Place("neo4j", "\"", "\""),
          new Place("", "'", "'"),
          new Place("", "\"", "\""),
          new Place("", "-- ", "\n"));

  private static List<String> pieces(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1))
        .map(piece -> piece.replace('~', ' ').replace('^', '\n'))
        .toList();
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(PIECES).list().ofMaxSize(30).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> tokens() {
    return Arbitraries.of(TOKENS).list().ofMaxSize(15).map(parts -> String.join(" ", parts));
  }

  @Provide
  Arbitrary<Place> places() {
    return Arbitraries.of(PLACES);
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(12);
  }

  @Property(tries = 50_000)
  void changesNothingMoreTheSecondTime(@ForAll("hostile") String text, @ForAll Dialect dialect) {
    byte[] once = scrub(dialect, text.getBytes(StandardCharsets.UTF_8));
    assertThat(scrubbed(dialect, once)).as(new String(once, StandardCharsets.UTF_8)).isNull();
  }

  @Property(tries = 20_000)
  void staysInItsBound(@ForAll("hostile") String text, @ForAll Dialect dialect) {
    byte[] statement = text.getBytes(StandardCharsets.UTF_8);
    boolean json =
        dialect == Dialect.MONGODB || dialect == Dialect.JSON || dialect == Dialect.UNKNOWN;
    assertThat(scrub(dialect, statement))
        .hasSizeLessThanOrEqualTo(statement.length * (json ? 3 : 1));
  }

  @Property(tries = 5000)
  void readsAnyBytes(@ForAll @Size(max = 200) byte[] bytes, @ForAll Dialect dialect) {
    assertThat(scrubbed(dialect, scrub(dialect, bytes))).isNull();
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
      @ForAll("places") Place place,
      @ForAll("tokens") String left,
      @ForAll("tokens") String right,
      @ForAll @IntRange(max = 8) int cut) {
    String whole = left + " " + place.before() + SECRET + place.after();
    assertThat(Statements.scrub(place.system(), whole + " " + right)).doesNotContain("h7U");
    String truncated = whole.substring(0, Math.max(0, whole.length() - cut));
    assertThat(Statements.scrub(place.system(), truncated)).doesNotContain("h7U");
  }

  @Property(tries = 5000)
  void otherLiteralsGiveTheSameText(
      @ForAll("places") Place place,
      @ForAll("tokens") String left,
      @ForAll("tokens") String right,
      @ForAll("values") String one,
      @ForAll("values") String other) {
    String before = left + " " + place.before();
    String after = place.after() + " " + right;
    assertThat(Statements.scrub(place.system(), before + one + after))
        .isEqualTo(Statements.scrub(place.system(), before + other + after));
  }

  /** A list: what is before its elements, one of them, what is behind. */
  private record Listed(String head, String element, String tail) {

    String of(String value, int times) {
      return head + String.join(", ", Collections.nCopies(times, element.formatted(value))) + tail;
    }
  }

  @Provide
  Arbitrary<Listed> lists() {
    return Arbitraries.of(
        new Listed("IN (", "'%s'", ")"),
        new Listed("IN (", "'%s'::uuid", ")"),
        new Listed("IN (", "('%s', 1)", ")"),
        new Listed("VALUES ", "('%s', 1, now())", " RETURNING id"),
        new Listed("ARRAY[", "'%s'", "]"));
  }

  @Property(tries = 5000)
  void listsOfAllLengthsGiveTheSameText(
      @ForAll("lists") Listed list,
      @ForAll("values") String one,
      @ForAll("values") String other,
      @ForAll @IntRange(min = 1, max = 50) int size,
      @ForAll @IntRange(min = 1, max = 50) int otherSize) {
    assertThat(Statements.scrub("postgresql", list.of(one, size)))
        .isEqualTo(Statements.scrub("postgresql", list.of(other, otherSize)));
  }

  @Property(tries = 5000)
  void noValueOfADocumentSurvives(
      @ForAll("hostile") String value, @ForAll("keys") List<String> keys) {
    String escaped = (value + SECRET).replace("\\", "\\\\").replace("\"", "\\\"");
    String document = "{\"x\":[1,\"" + escaped + "\"],\"y\":\"" + SECRET + "\"}";
    StringBuilder expected = new StringBuilder("{\"x\":[\"?\"],\"y\":\"?\"}");
    for (String key : keys) {
      document = "{\"" + key + "\":" + document + "}";
      expected.insert(0, "{\"" + key + "\":").append('}');
    }
    assertThat(Statements.scrub("mongodb", document)).isEqualTo(expected.toString());
  }

  @Provide
  Arbitrary<List<String>> keys() {
    return Arbitraries.of("$set", "a.b", "find", "naïve key", "0").list().ofMaxSize(14);
  }

  @Property(tries = 5000)
  void noValueOfACommandSurvives(
      @ForAll("commands") String command, @ForAll("hostile") String value) {
    String statement = command + " x" + value.replace('\n', ' ').replace(';', ' ') + SECRET;
    assertThat(Statements.scrub("redis", statement)).isEqualTo(command + " ?");
    assertThat(Statements.scrub("memcached", "set k 0 0 9\r\n" + value + SECRET))
        .isEqualTo("set k ?");
  }

  @Provide
  Arbitrary<String> commands() {
    return Arbitraries.of(
        "AUTH", "SET k", "HSET k", "MSET k", "CONFIG SET", "ACL SETUSER", "EVAL", "lpush k");
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
      @ForAll("hostile") String piece, @ForAll("hostile") String lead, @ForAll Dialect dialect) {
    String unit = piece.isEmpty() ? "x" : piece;
    byte[] statement =
        (lead + unit.repeat(4000 / unit.length() + 1)).getBytes(StandardCharsets.UTF_8);
    CountingText text = new CountingText();
    CountingText again = new CountingText();
    new StatementScrubber(text, again).scrub(dialect, statement, 0, statement.length);
    // Quadratic work would be a thousand times the length.
    assertThat(text.reads + again.reads).isLessThan(60L * statement.length + 500);
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
