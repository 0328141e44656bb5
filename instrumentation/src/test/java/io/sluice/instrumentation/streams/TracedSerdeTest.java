package io.sluice.instrumentation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class TracedSerdeTest {

  private final Serde<Traced<String>> serde = Traced.serde(Serdes.String());

  @Property(tries = 200)
  void givesBackWhatWasStored(@ForAll String value, @ForAll("inputs") List<Context> inputs) {
    Origins origins = inputs.stream().map(Origins::of).reduce(Origins.NONE, Origins::and);
    Traced<String> stored = new Traced<>(value, origins);

    assertThat(read(write(stored))).isEqualTo(stored);
  }

  @Property(tries = 200)
  void remembersTheLastInputsAndTheNumberOfAll(@ForAll("inputs") List<Context> inputs) {
    Origins origins = inputs.stream().map(Origins::of).reduce(Origins.NONE, Origins::and);
    List<String> different =
        inputs.stream()
            .map(input -> Span.fromContext(input).getSpanContext())
            .filter(SpanContext::isValid)
            .map(SpanContext::getTraceId)
            .distinct()
            .toList();

    assertThat(origins.count()).isEqualTo(inputs.size());
    assertThat(origins.contexts()).hasSize(Math.min(different.size(), Origins.MOST));
    assertThat(different)
        .containsAll(origins.contexts().stream().map(SpanContext::getTraceId).toList());
    assertThat(write(new Traced<>("", origins)).length).isLessThan(1024);
  }

  @Property(tries = 100)
  void refusesWhatIsCutOff(@ForAll("inputs") List<Context> inputs) {
    Origins origins = inputs.stream().map(Origins::of).reduce(Origins.NONE, Origins::and);
    byte[] whole = write(new Traced<>("", origins));

    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("sums");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the value of a record that deletes
  void writesNothingOfAValueThatIsNone() {
    assertThat(serde.serializer().serialize("sums", Traced.untraced(null))).isNull();
  }

  @Test
  void refusesAValueThatWasStoredWithoutItsContext() {
    byte[] plain = Serdes.String().serializer().serialize("sums", "1200");

    assertThatThrownBy(() -> read(plain))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("without Traced.serde");
  }

  @Test
  void storesNothingForNothing() {
    assertThat(serde.serializer().serialize("sums", null)).isNull();
    assertThat(serde.deserializer().deserialize("sums", null)).isNull();
  }

  /** Such as one of a schema registry that names the schema there. */
  @Test
  void showsTheHeadersOfTheRecordToTheSerdeOfTheValue() {
    Serializer<String> writer =
        new Serializer<>() {
          @Override
          public byte[] serialize(String topic, String value) {
            throw new AssertionError("without headers");
          }

          @Override
          public byte[] serialize(String topic, Headers headers, String value) {
            headers.add("schema", new byte[] {7});
            return value.getBytes(StandardCharsets.UTF_8);
          }
        };
    Deserializer<String> reader =
        new Deserializer<>() {
          @Override
          public String deserialize(String topic, byte[] value) {
            throw new AssertionError("without headers");
          }

          @Override
          public String deserialize(String topic, Headers headers, byte[] value) {
            return headers.lastHeader("schema").value()[0]
                + new String(value, StandardCharsets.UTF_8);
          }
        };
    Serde<Traced<String>> traced = Traced.serde(Serdes.serdeFrom(writer, reader));
    Headers headers = new RecordHeaders();

    byte[] bytes = traced.serializer().serialize("orders", headers, Traced.untraced("v"));

    assertThat(traced.deserializer().deserialize("orders", headers, bytes).value()).isEqualTo("7v");
  }

  @Test
  void leavesOutBaggageThatWouldFillTheStore() {
    Baggage large = Baggage.builder().put("large", "x".repeat(70_000)).build();
    Traced<String> stored = new Traced<>("v", Origins.of(Context.root().with(large)));

    Traced<String> read = read(write(stored));

    assertThat(read.value()).isEqualTo("v");
    assertThat(read.origins().baggage().isEmpty()).isTrue();
  }

  @Test
  void saysNothingOfTheValueInWords() {
    assertThat(Traced.untraced("secret").toString()).doesNotContain("secret");
  }

  @Provide
  Arbitrary<List<Context>> inputs() {
    Arbitrary<Context> without = Arbitraries.just(Context.root());
    Arbitrary<Context> with =
        Combinators.combine(
                Arbitraries.integers().between(1, 60), Arbitraries.of("", "gold", "a b;c=d,é"))
            .as(TracedSerdeTest::context);
    return Arbitraries.frequencyOf(Tuple.of(1, without), Tuple.of(5, with)).list().ofMaxSize(80);
  }

  private static Context context(int trace, String tier) {
    SpanContext span =
        SpanContext.create(
            String.format(Locale.ROOT, "%032x", trace),
            String.format(Locale.ROOT, "%016x", trace),
            trace % 2 == 0 ? TraceFlags.getDefault() : TraceFlags.getSampled(),
            trace % 3 == 0
                ? TraceState.builder().put("vendor", "1").build()
                : TraceState.getDefault());
    Context context = Context.root().with(Span.wrap(span));
    return tier.isEmpty() ? context : context.with(Baggage.builder().put("tier", tier).build());
  }

  private byte[] write(Traced<String> traced) {
    return serde.serializer().serialize("sums", traced);
  }

  private Traced<String> read(byte[] stored) {
    return serde.deserializer().deserialize("sums", stored);
  }
}
