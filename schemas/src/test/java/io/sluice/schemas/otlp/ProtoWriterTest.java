package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProtoWriterTest {

  @Property(tries = 500)
  void writesWhatProtobufWrites(
      @ForAll @IntRange(min = 1, max = 536_870_911) int field,
      @ForAll long number,
      @ForAll int small,
      @ForAll String text,
      @ForAll byte[] bytes)
      throws IOException {
    // An encoder writes '?' for half a surrogate pair, and protobuf refuses it.
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    CodedOutputStream protobuf = CodedOutputStream.newInstance(expected);
    protobuf.writeInt64(field, number);
    protobuf.writeFixed64(field, number);
    protobuf.writeFixed32(field, small);
    protobuf.writeString(field, valid);
    protobuf.writeByteArray(field, bytes);
    protobuf.flush();

    ProtoWriter out = new ProtoWriter(0);
    out.varint(field, number);
    out.fixed64(field, number);
    out.fixed32(field, small);
    out.utf8(field, valid);
    out.bytes(field, Slice.of(bytes));

    assertThat(out.toBytes()).isEqualTo(expected.toByteArray());
    assertThat(out.size()).isEqualTo(expected.size());
    assertThat(ProtoWriter.varintSize(number))
        .isEqualTo(CodedOutputStream.computeUInt64SizeNoTag(number));
  }

  @Property(tries = 300)
  void writesMessagesInPlaceAsThroughOthers(
      @ForAll @IntRange(min = 1, max = 100_000) int field,
      @ForAll @IntRange(max = 40_000) int outer,
      @ForAll @IntRange(max = 300) int inner) {
    ProtoWriter message = new ProtoWriter(8);
    message.bytes(1, new byte[outer], 0, outer);
    message.bytes(field, new byte[inner], 0, inner);
    ProtoWriter expected = new ProtoWriter(8);
    expected.varint(3, 7);
    expected.bytes(field, message.slice());

    ProtoWriter out = new ProtoWriter(0);
    out.varint(3, 7);
    int start = out.begin(field);
    out.bytes(1, new byte[outer], 0, outer);
    int nested = out.begin(field);
    for (int i = 0; i < inner; i++) {
      out.raw(0);
    }
    out.end(nested);
    out.end(start);

    assertThat(out.toBytes()).isEqualTo(expected.toBytes());
  }

  @Property(tries = 500)
  void readerReadsBackWhatWasWritten(
      @ForAll @IntRange(min = 1, max = 536_870_911) int field,
      @ForAll long number,
      @ForAll int small,
      @ForAll byte[] bytes) {
    ProtoWriter out = new ProtoWriter(8);
    out.varint(field, number);
    out.fixed64(field, number);
    out.fixed32(field, small);
    out.bytes(field, bytes, 0, bytes.length);

    ProtoReader in = out.slice().reader();

    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(field);
    assertThat(in.varint()).isEqualTo(number);
    assertThat(in.next()).isTrue();
    assertThat(in.fixed64()).isEqualTo(number);
    assertThat(in.next()).isTrue();
    assertThat(in.fixed32()).isEqualTo(small);
    assertThat(in.next()).isTrue();
    assertThat(in.slice().toBytes()).isEqualTo(bytes);
    assertThat(in.next()).isFalse();
  }

  @Property(tries = 300)
  void copyingEveryFieldGivesTheSameBytes(@ForAll long seed) {
    byte[] request = new RandomTelemetry(seed).spans().toByteArray();
    ProtoWriter out = new ProtoWriter(16);
    ProtoReader in = new ProtoReader(request, 0, request.length);
    while (in.next()) {
      out.raw(in.wholeField());
    }

    assertThat(out.toBytes()).isEqualTo(request);
  }

  @Test
  void resetForgetsWhatWasWritten() {
    ProtoWriter out = new ProtoWriter(16);
    out.varint(1, 1);
    out.reset();

    assertThat(out.size()).isZero();
    assertThat(out.toBytes()).isEmpty();
  }
}
