package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.schemas.otlp.ProtoWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {

  private static final AvroSerde<DeadLetter> DEAD_LETTERS =
      AvroSerde.of(DeadLetter.getClassSchema());

  private static final DeadLetter LETTER =
      new DeadLetter(
          "sanitizer",
          Reason.MALFORMED,
          "ends early",
          "otlp_logs",
          3,
          42L,
          1_700_000_000_000L,
          List.of(new Header("h", null)),
          null,
          ByteBuffer.wrap(new byte[] {1, 2, 3}));

  @Property(tries = 300)
  void everyPublishedVersionOfEveryRecordIsReadAndRoundTrips(
      @ForAll("schemas") Schema current, @ForAll long seed) throws IOException {
    AvroSerde<SpecificRecord> serde = AvroSerde.of(current);

    for (Schema version : SchemaHistory.of(current.getName())) {
      SpecificRecord value = serde.decode(written(version, seed));

      assertThat(value.getSchema()).isEqualTo(current);
      assertThat(serde.decode(serde.encode(value))).isEqualTo(value);
    }
  }

  @Test
  void refusesARecordOfOthers() {
    Schema own = SchemaBuilder.record("Order").namespace("com.example").fields().endRecord();
    assertThatThrownBy(() -> AvroSerde.of(own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("com.example.Order is not of io.sluice.schemas");
  }

  @Test
  void bytesBeginWithMarkerAndFingerprint() {
    byte[] bytes = DEAD_LETTERS.encode(LETTER);

    assertThat(bytes).startsWith(0xC3, 0x01);
    assertThat(DEAD_LETTERS.decode(bytes)).isEqualTo(LETTER);
  }

  @Test
  void tombstoneStaysTombstone() {
    assertThat(DEAD_LETTERS.serializer().serialize("t", null)).isNull();
    assertThat(DEAD_LETTERS.deserializer().deserialize("t", null)).isNull();
  }

  @Test
  void bytesWithoutHeaderAreMalformed() {
    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[] {(byte) 0xC3},
            "{\"json\":true}".getBytes(StandardCharsets.UTF_8))) {
      assertRefused(bytes, Reason.MALFORMED, "DeadLetter: does not start with an Avro");
    }
  }

  @Test
  void unknownFingerprintIsUnsupported() {
    byte[] bytes = DEAD_LETTERS.encode(LETTER);
    bytes[5] ^= 1;

    assertRefused(bytes, Reason.UNSUPPORTED, "schema version that this build does not know");
  }

  @Test
  void recordOfAnotherKindIsUnsupported() throws IOException {
    assertRefused(written(SliWindow.getClassSchema(), 1), Reason.UNSUPPORTED, "does not know");
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] bytes = DEAD_LETTERS.encode(LETTER);

    for (int length = 10; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length), Reason.MALFORMED, "end early");
    }
  }

  @Test
  void bytesAfterTheRecordAreMalformed() {
    byte[] bytes = DEAD_LETTERS.encode(LETTER);

    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), Reason.MALFORMED, "follow the end");
  }

  @Test
  void lengthThatLiesIsMalformedAndAllocatesNothing() {
    byte[] header = Arrays.copyOf(DEAD_LETTERS.encode(LETTER), 10);
    ProtoWriter lie = new ProtoWriter(16);
    lie.raw(header, 0, header.length);
    lie.rawVarint(2 * 2_000_000_000L); // the first string's length, zigzag

    assertRefused(lie.toBytes(), Reason.MALFORMED, "end early or are not this record");
  }

  @Property(tries = 5_000)
  void mutatedBytesAreReadOrRefusedAndNeverMore(
      @ForAll("schemas") Schema current, @ForAll long seed) throws IOException {
    byte[] bytes = written(current, seed);
    Random random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      bytes[10 + random.nextInt(Math.max(1, bytes.length - 10))] = (byte) random.nextInt();
    }

    Throwable thrown = catchThrowable(() -> AvroSerde.<SpecificRecord>of(current).decode(bytes));

    if (thrown != null) {
      assertThat(thrown).isInstanceOf(InvalidInputException.class);
      assertThat(((InvalidInputException) thrown).reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  @Provide
  Arbitrary<Schema> schemas() {
    return Arbitraries.of(PublishedRecords.schemas());
  }

  private static byte[] written(Schema schema, long seed) throws IOException {
    Object value = new RandomData(schema, 1, seed).iterator().next();
    ByteBuffer encoded = new BinaryMessageEncoder<>(GenericData.get(), schema).encode(value);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static void assertRefused(byte[] bytes, Reason reason, String sentence) {
    assertThatThrownBy(() -> DEAD_LETTERS.decode(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(sentence)
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(reason);
  }
}
