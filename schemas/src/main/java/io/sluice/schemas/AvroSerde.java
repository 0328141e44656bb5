package io.sluice.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding (two marker bytes, the schema's fingerprint, the binary value), so
 * that a reader knows which version wrote a record without a registry. Every version in {@code
 * schemas/history} is shipped and readable. Safe for use by several threads.
 *
 * @param <T> the generated record
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro
 *     specification, single-object encoding</a>
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

  private static final int HEADER = 10;

  private final BinaryMessageEncoder<T> encoder;
  private final Map<Long, DatumReader<T>> readers = new HashMap<>();
  private final String recordName;

  private AvroSerde(Schema schema) {
    SpecificData model = RecordModel.instance();
    encoder = new BinaryMessageEncoder<>(RecordModel.writing(), schema, false);
    for (Schema written : SchemaHistory.of(schema.getName())) {
      addReader(model, written, schema);
    }
    addReader(model, schema, schema);
    recordName = schema.getName();
  }

  private void addReader(SpecificData model, Schema written, Schema read) {
    long fingerprint = SchemaNormalization.parsingFingerprint64(written);
    readers.put(fingerprint, new SpecificDatumReader<>(written, read, model));
  }

  /**
   * The serde of a generated record, e.g. {@code AvroSerde.of(Trace.getClassSchema())}.
   *
   * @throws IllegalArgumentException for records of others, whose classes and earlier versions are
   *     not known here
   */
  public static <T extends SpecificRecord> AvroSerde<T> of(Schema schema) {
    String known = AvroSerde.class.getPackageName();
    if (!known.equals(schema.getNamespace())) {
      throw new IllegalArgumentException(
          schema.getFullName() + " is not of " + known + ": bring a serde of its own");
    }
    return new AvroSerde<>(schema);
  }

  /** The record as single-object bytes. */
  public byte[] encode(T value) {
    try {
      ByteBuffer encoded = encoder.encode(value); // this thread's buffer, good until the next call
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads single-object bytes of this or an earlier version.
   *
   * @throws InvalidInputException MALFORMED or UNSUPPORTED
   */
  public T decode(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != (byte) 0xC3 || bytes[1] != 1) {
      throw new InvalidInputException(
          Reason.MALFORMED, recordName + ": does not start with an Avro single-object header");
    }
    DatumReader<T> reader = readers.get(fingerprint(bytes));
    if (reader == null) {
      throw new InvalidInputException(
          Reason.UNSUPPORTED,
          recordName + ": written with a schema version that this build does not know");
    }
    BoundedDecoder in = new BoundedDecoder(bytes, HEADER);
    T value;
    try {
      value = reader.read(null, in);
    } catch (IOException | RuntimeException e) {
      // Without the cause: its message may hold a piece of the input.
      throw new InvalidInputException(
          Reason.MALFORMED, recordName + ": the bytes end early or are not this record");
    }
    if (in.remainingBytes() > 0) {
      throw new InvalidInputException(
          Reason.MALFORMED, recordName + ": bytes follow the end of the record");
    }
    return value;
  }

  private static long fingerprint(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
  }

  @Override
  public Serializer<T> serializer() {
    return new Serializer<>() {
      @Override
      public byte @Nullable [] serialize(String topic, @Nullable T value) {
        return value == null ? null : encode(value);
      }
    };
  }

  @Override
  public Deserializer<T> deserializer() {
    return new Deserializer<>() {
      @Override
      public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : decode(bytes);
      }
    };
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {}
}
