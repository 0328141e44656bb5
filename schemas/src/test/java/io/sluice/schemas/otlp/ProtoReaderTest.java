package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtoReaderTest {

  private static final int SEEDS = 40_000;

  /** What a parser says of bytes; DIFFERS where the two differ on purpose. */
  private enum Verdict {
    ACCEPTED,
    REFUSED,
    DIFFERS
  }

  @Test
  void acceptsWhatProtobufAcceptsAndRefusesWhatItRefuses() {
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      boolean spans = seed % 2 == 0;
      RandomTelemetry telemetry = new RandomTelemetry(seed);
      byte[] whole = spans ? telemetry.spans().toByteArray() : telemetry.logs().toByteArray();
      byte[] bytes = Mutations.of(whole, seed);
      Verdict expected = protobuf(bytes, spans);
      Verdict actual = walk(bytes, spans);
      if (expected == Verdict.DIFFERS || actual == Verdict.DIFFERS) {
        continue;
      }
      assertThat(actual)
          .as("seed %d: %s", seed, HexFormat.of().formatHex(bytes))
          .isEqualTo(expected);
      accepted += actual == Verdict.ACCEPTED ? 1 : 0;
      refused += actual == Verdict.REFUSED ? 1 : 0;
    }
    assertThat(accepted).isGreaterThan(SEEDS / 10);
    assertThat(refused).isGreaterThan(SEEDS / 10);
  }

  @ParameterizedTest
  @CsvSource({
    "08, a varint ends early",
    "0880, a varint ends early",
    "08ffffffffffffffffffffff01, a varint is longer than 10 bytes",
    "0a05616263, a length reaches over the end of its message",
    "0affffffff07, a length reaches over the end of its message",
    "0affffffff0f, a length reaches over the end of its message",
    "0affffffffffffffffff01, a length is wider than 32 bits",
    "0901020304050607, a fixed-width number ends early",
    "0d010203, a fixed-width number ends early",
    "00, a tag has field number 0",
    "0200, a tag has field number 0",
    "88808080808001, a tag is wider than 32 bits",
    "0c, a group ends that never began",
    "0b, a group never ends",
    "0b14, a group ends with another number than it began",
    "0b0a, a varint ends early",
    "0e, wire type 6 does not exist",
    "0f, wire type 7 does not exist"
  })
  void bytesThatAreNoProtobufAreMalformed(String hex, String what) {
    assertThatThrownBy(() -> drain(hex))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not valid protobuf at byte ")
        .hasMessageEndingWith(what)
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void groupIsOneFieldWithAllThatIsInIt() {
    byte[] bytes = HexFormat.of().parseHex("0b" + "1001" + "1b1c" + "0c" + "2807");
    ProtoReader in = new ProtoReader(bytes, 0, bytes.length);

    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(1);
    assertThat(in.wireType()).isEqualTo(ProtoReader.START_GROUP);
    assertThat(in.wholeField().toBytes()).isEqualTo(HexFormat.of().parseHex("0b10011b1c0c"));
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(5);
    assertThat(in.varint()).isEqualTo(7);
    assertThat(in.next()).isFalse();
  }

  @Test
  void groupsNestedTooDeepAreRefusedWithoutRecursion() {
    assertThatThrownBy(() -> drain("0b".repeat(100_000)))
        .isInstanceOf(InvalidInputException.class)
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.TOO_DEEP);
  }

  @Test
  void varintInMoreBytesThanItNeedsIsRead() {
    byte[] bytes = HexFormat.of().parseHex("08" + "81808080808080808000");
    ProtoReader in = new ProtoReader(bytes, 0, bytes.length);

    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(1);
  }

  @Test
  void fieldAskedForAsAnotherTypeIsMalformed() {
    ProtoWriter out = new ProtoWriter(16);
    out.varint(1, 5);
    ProtoReader in = out.slice().reader();

    assertThat(in.next()).isTrue();
    assertThatThrownBy(in::slice).hasMessageContaining("field 1 has wire type 0, not 2");
    assertThatThrownBy(in::message).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(in::fixed64).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(in::fixed32).isInstanceOf(InvalidInputException.class);
    assertThat(in.varint()).isEqualTo(5);
  }

  @Test
  void readsOnlyItsRange() {
    ProtoWriter out = new ProtoWriter(16);
    out.varint(1, 5);
    out.varint(2, 6);
    byte[] bytes = out.toBytes();

    ProtoReader in = new ProtoReader(bytes, 2, 4);

    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(2);
    assertThat(in.next()).isFalse();
    assertThatThrownBy(() -> new ProtoReader(bytes, 2, 3).next())
        .hasMessageContaining("a varint ends early");
  }

  private static void drain(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    ProtoReader in = new ProtoReader(bytes, 0, bytes.length);
    while (in.next()) {
      in.field();
    }
  }

  private static Verdict protobuf(byte[] bytes, boolean spans) {
    try {
      MessageLite parsed =
          spans
              ? ExportTraceServiceRequest.parseFrom(bytes)
              : ExportLogsServiceRequest.parseFrom(bytes);
      return parsed.isInitialized() ? Verdict.ACCEPTED : Verdict.REFUSED;
    } catch (InvalidProtocolBufferException e) {
      String message = String.valueOf(e.getMessage());
      boolean onPurpose = message.contains("UTF-8") || message.contains("too many levels");
      return onPurpose ? Verdict.DIFFERS : Verdict.REFUSED;
    }
  }

  private static Verdict walk(byte[] bytes, boolean spans) {
    Descriptor type =
        spans
            ? ExportTraceServiceRequest.getDescriptor()
            : ExportLogsServiceRequest.getDescriptor();
    try {
      walk(new ProtoReader(bytes, 0, bytes.length), type);
      return Verdict.ACCEPTED;
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      boolean onPurpose =
          e.reason() == Reason.TOO_DEEP
              || message.endsWith("wider than 32 bits")
              || message.endsWith("longer than 10 bytes");
      return onPurpose ? Verdict.DIFFERS : Verdict.REFUSED;
    }
  }

  private static void walk(ProtoReader in, Descriptor type) {
    while (in.next()) {
      FieldDescriptor field = type.findFieldByNumber(in.field());
      if (field != null
          && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && in.wireType() == ProtoReader.LEN) {
        walk(in.message(), field.getMessageType());
      }
    }
  }
}
