package io.sluice.instrumentation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of the W3C's test suite for trace context (github.com/w3c/trace-context, test/test.py,
 * strict level 2), each under its name there.
 */
class W3cTraceContextTest {

  private static final String TRACE = "12345678901234567890123456789012";
  private static final String PARENT = "1234567890123456";
  private static final String VALID = "traceparent: 00-" + TRACE + "-" + PARENT + "-00";
  private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";

  private static final W3cHarness HARNESS = new W3cHarness();

  @AfterAll
  static void close() {
    HARNESS.close();
  }

  /** One request of a case of the suite. */
  record Case(String name, List<String> headers, Consumer<W3cHarness.Sent> expected) {
    @Override
    public String toString() {
      return name + " " + headers;
    }
  }

  @ParameterizedTest
  @MethodSource({"traceparents", "tracestates"})
  void isAsTheSuiteWants(Case request) throws IOException {
    List<W3cHarness.Sent> sent = HARNESS.send(1, request.headers());

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    assertThat(sent.get(0).parentId()).isNotEqualTo(PARENT);
    request.expected().accept(sent.get(0));
  }

  static Stream<Case> traceparents() {
    return Stream.of(
        one("both_traceparent_and_tracestate_missing", newTrace()),
        one("traceparent_included_tracestate_missing", sameTrace(), tp(SAMPLED)),
        one(
            "traceparent_duplicated",
            newTrace().andThen(sent -> assertThat(sent.traceId()).doesNotEndWith("9011")),
            tp("00-12345678901234567890123456789011-1234567890123456-01"),
            tp(SAMPLED)),
        one("traceparent_header_name", newTrace(), "trace-parent: " + SAMPLED),
        one("traceparent_header_name", newTrace(), "trace.parent: " + SAMPLED),
        one("traceparent_header_name_valid_casing", sameTrace(), "TraceParent: " + SAMPLED),
        one("traceparent_header_name_valid_casing", sameTrace(), "TrAcEpArEnT: " + SAMPLED),
        one("traceparent_header_name_valid_casing", sameTrace(), "TRACEPARENT: " + SAMPLED),
        one("traceparent_version_0x00", newTrace(), tp(SAMPLED + ".")),
        one("traceparent_version_0x00", newTrace(), tp(SAMPLED + "-what-the-future-will-be-like")),
        one("traceparent_version_0xcc", sameTrace(), tp("cc" + SAMPLED.substring(2))),
        one(
            "traceparent_version_0xcc",
            sameTrace(),
            tp("cc" + SAMPLED.substring(2) + "-what-the-future-will-be-like")),
        one(
            "traceparent_version_0xcc",
            newTrace(),
            tp("cc" + SAMPLED.substring(2) + ".what-the-future-will-be-like")),
        one("traceparent_version_0xff", newTrace(), tp("ff" + SAMPLED.substring(2))),
        one("traceparent_version_illegal_characters", newTrace(), tp(".0" + rest())),
        one("traceparent_version_illegal_characters", newTrace(), tp("0." + rest())),
        one("traceparent_version_too_long", newTrace(), tp("000" + rest())),
        one("traceparent_version_too_long", newTrace(), tp("0000" + rest())),
        one("traceparent_version_too_short", newTrace(), tp("0" + rest())),
        one(
            "traceparent_trace_id_all_zero",
            newTrace().andThen(sent -> assertThat(sent.traceId()).isNotEqualTo("0".repeat(32))),
            tp("00-" + "0".repeat(32) + "-" + PARENT + "-01")),
        one(
            "traceparent_trace_id_illegal_characters",
            newTrace(),
            tp("00-.2345678901234567890123456789012-" + PARENT + "-01")),
        one(
            "traceparent_trace_id_illegal_characters",
            newTrace(),
            tp("00-1234567890123456789012345678901.-" + PARENT + "-01")),
        one(
            "traceparent_trace_id_too_long",
            newTrace()
                .andThen(
                    sent ->
                        assertThat(sent.traceId())
                            .isNotEqualTo("23456789012345678901234567890123")),
            tp("00-123456789012345678901234567890123-" + PARENT + "-01")),
        one(
            "traceparent_trace_id_too_short",
            newTrace(),
            tp("00-1234567890123456789012345678901-" + PARENT + "-01")),
        one(
            "traceparent_parent_id_all_zero",
            newTrace(),
            tp("00-" + TRACE + "-0000000000000000-01")),
        one(
            "traceparent_parent_id_illegal_characters",
            newTrace(),
            tp("00-" + TRACE + "-.234567890123456-01")),
        one(
            "traceparent_parent_id_illegal_characters",
            newTrace(),
            tp("00-" + TRACE + "-123456789012345.-01")),
        one(
            "traceparent_parent_id_too_long",
            newTrace(),
            tp("00-" + TRACE + "-12345678901234567-01")),
        one(
            "traceparent_parent_id_too_short",
            newTrace(),
            tp("00-" + TRACE + "-123456789012345-01")),
        one("traceparent_trace_flags_illegal_characters", newTrace(), tp(flags(".0"))),
        one("traceparent_trace_flags_illegal_characters", newTrace(), tp(flags("0."))),
        one("traceparent_trace_flags_too_long", newTrace(), tp(flags("001"))),
        one("traceparent_trace_flags_too_short", newTrace(), tp(flags("1"))),
        one("traceparent_ows_handling", sameTrace(), "traceparent:  " + SAMPLED),
        one("traceparent_ows_handling", sameTrace(), "traceparent: \t" + SAMPLED),
        one("traceparent_ows_handling", sameTrace(), "traceparent: " + SAMPLED + " "),
        one("traceparent_ows_handling", sameTrace(), "traceparent: " + SAMPLED + "\t"),
        one("traceparent_ows_handling", sameTrace(), "traceparent: \t " + SAMPLED + " \t"),
        // Not in the suite, but in the recommendation: upper case is invalid.
        one(
            "upper case",
            newTrace(),
            tp("00-ABCDEF78901234567890123456789012-1234567890123456-01")),
        one("upper case", newTrace(), tp("00-" + TRACE + "-ABCDEF7890123456-01")));
  }

  static Stream<Case> tracestates() {
    String characters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
    String value =
        IntStream.rangeClosed(' ', '~')
            .filter(c -> c != ',' && c != '=')
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    List<Case> cases = new ArrayList<>();
    cases.add(
        one("tracestate_included_traceparent_missing", newTrace().andThen(state("")), ts("foo=1")));
    cases.add(
        one(
            "tracestate_included_traceparent_missing",
            newTrace().andThen(state("")),
            ts("foo=1,bar=2")));
    cases.add(with("tracestate_included_traceparent_included", "foo=1,bar=2", ts("foo=1,bar=2")));
    cases.add(with("tracestate_header_name", "", "trace-state: foo=1"));
    cases.add(with("tracestate_header_name", "", "trace.state: foo=1"));
    cases.add(with("tracestate_header_name_valid_casing", "foo=1", "TraceState: foo=1"));
    cases.add(with("tracestate_header_name_valid_casing", "foo=1", "TrAcEsTaTe: foo=1"));
    cases.add(with("tracestate_header_name_valid_casing", "foo=1", "TRACESTATE: foo=1"));
    cases.add(with("tracestate_empty_header", "", ts("")));
    cases.add(with("tracestate_empty_header", "foo=1", ts("foo=1"), ts("")));
    cases.add(with("tracestate_empty_header", "foo=1", ts(""), ts("foo=1")));
    cases.add(
        with(
            "tracestate_multiple_headers_different_keys",
            "foo=1,bar=2,rojo=1,congo=2,baz=3",
            ts("foo=1,bar=2"),
            ts("rojo=1,congo=2"),
            ts("baz=3")));
    cases.add(with("tracestate_duplicated_keys", "", ts("foo=1,foo=1")));
    cases.add(with("tracestate_duplicated_keys", "", ts("foo=1,foo=2")));
    cases.add(with("tracestate_duplicated_keys", "", ts("foo=1"), ts("foo=1")));
    cases.add(with("tracestate_duplicated_keys", "", ts("foo=1"), ts("foo=2")));
    for (String key : List.of(characters, characters + "@a-z0-9_-*/")) {
      String member = key + "=" + value;
      cases.add(with("tracestate_all_allowed_characters", member, ts(member)));
    }
    cases.add(
        with("tracestate_ows_handling", "foo=1,bar=2,baz=3", ts("foo=1 \t , \t bar=2, \t baz=3")));
    cases.add(
        with(
            "tracestate_ows_handling",
            "foo=1,bar=2,baz=3",
            ts("foo=1\t \t,\t \tbar=2,\t \tbaz=3")));
    for (String spaced : List.of(" foo=1", "\tfoo=1", "foo=1 ", "foo=1\t", "\t foo=1 \t")) {
      cases.add(with("tracestate_ows_handling", "foo=1", ts(spaced)));
    }
    for (String illegal : List.of("foo =1", "FOO=1", "foo.bar=1")) {
      cases.add(with("tracestate_key_illegal_characters", "", ts(illegal)));
    }
    for (String illegal : List.of("foo@", "@foo", "foo@@bar", "foo@bar@baz")) {
      cases.add(with("tracestate_key_illegal_vendor_format", "", ts(illegal + "=1,bar=2")));
    }
    cases.add(
        with(
            "tracestate_member_count_limit",
            members(1, 32),
            ts(members(1, 10)),
            ts(members(11, 20)),
            ts(members(21, 30)),
            ts(members(31, 32))));
    cases.add(
        with(
            "tracestate_member_count_limit",
            "",
            ts(members(1, 10)),
            ts(members(11, 20)),
            ts(members(21, 30)),
            ts(members(31, 33))));
    String longest = "z".repeat(256) + "=1";
    cases.add(with("tracestate_key_length_limit", "foo=1," + longest, ts("foo=1"), ts(longest)));
    cases.add(with("tracestate_key_length_limit", "", ts("foo=1"), ts("z" + longest)));
    String vendor = "t".repeat(241) + "@" + "v".repeat(14) + "=1";
    cases.add(with("tracestate_key_length_limit", "foo=1," + vendor, ts("foo=1"), ts(vendor)));
    cases.add(with("tracestate_key_length_limit", "", ts("foo=1"), ts("t".repeat(242) + "@v=1")));
    cases.add(
        with("tracestate_key_length_limit", "", ts("foo=1"), ts("t@" + "v".repeat(15) + "=1")));
    cases.add(with("tracestate_value_illegal_characters", "", ts("foo=bar=baz")));
    cases.add(with("tracestate_value_illegal_characters", "", ts("foo=,bar=3")));
    // Not in the suite: values have a length, and empty members are allowed anywhere.
    cases.add(with("value length", "foo=" + "x".repeat(256), ts("foo=" + "x".repeat(256))));
    cases.add(with("value length", "", ts("foo=" + "x".repeat(257))));
    cases.add(with("empty members", "foo=1,bar=2", ts(",foo=1, ,\t,bar=2,")));
    cases.add(with("no member", "", ts("foo")));
    return cases.stream();
  }

  @Test
  void multipleRequestsWithValidTraceparent() throws IOException {
    List<W3cHarness.Sent> sent = HARNESS.send(3, List.of(tp(SAMPLED)));

    assertThat(sent).extracting(W3cHarness.Sent::traceId).hasSize(3).containsOnly(TRACE);
    assertThat(parentIds(sent)).hasSize(3);
  }

  @Test
  void multipleRequestsWithoutTraceparent() throws IOException {
    assertThat(parentIds(HARNESS.send(3, List.of()))).hasSize(3);
  }

  @Test
  void multipleRequestsWithIllegalTraceparent() throws IOException {
    List<W3cHarness.Sent> sent =
        HARNESS.send(3, List.of(tp("00-" + "0".repeat(32) + "-" + PARENT + "-01")));

    assertThat(sent).extracting(W3cHarness.Sent::traceId).doesNotContain("0".repeat(32));
    assertThat(parentIds(sent)).hasSize(3);
  }

  private static Set<String> parentIds(List<W3cHarness.Sent> sent) {
    return sent.stream().map(W3cHarness.Sent::parentId).collect(Collectors.toSet());
  }

  private static Case one(String name, Consumer<W3cHarness.Sent> expected, String... headers) {
    return new Case(name, List.of(headers), expected);
  }

  /** With a valid traceparent: the trace goes on, with this tracestate. */
  private static Case with(String name, String state, String... headers) {
    List<String> all = new ArrayList<>(List.of(VALID));
    all.addAll(List.of(headers));
    return new Case(name, all, sameTrace().andThen(state(state)));
  }

  private static Consumer<W3cHarness.Sent> sameTrace() {
    return sent -> assertThat(sent.traceId()).isEqualTo(TRACE);
  }

  private static Consumer<W3cHarness.Sent> newTrace() {
    return sent -> assertThat(sent.traceId()).isNotEqualTo(TRACE);
  }

  private static Consumer<W3cHarness.Sent> state(String expected) {
    return sent -> assertThat(sent.tracestate()).isEqualTo(expected);
  }

  private static String tp(String value) {
    return "traceparent: " + value;
  }

  private static String ts(String value) {
    return "tracestate: " + value;
  }

  private static String rest() {
    return SAMPLED.substring(2);
  }

  private static String flags(String flags) {
    return "00-" + TRACE + "-" + PARENT + "-" + flags;
  }

  private static String members(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> String.format(Locale.ROOT, "bar%02d=%02d", i, i))
        .collect(Collectors.joining(","));
  }
}
