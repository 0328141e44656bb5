package io.sluice.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
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

  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;
  private final String recordName;

  private AvroSerde(Schema schema) {
    SpecificData model = SpecificData.get();
    SchemaStore.Cache store = new SchemaStore.Cache();
    SchemaHistory.of(schema.getName()).forEach(store::addSchema);
    store.addSchema(schema);
    encoder = new BinaryMessageEncoder<>(model, schema, true);
    decoder = new BinaryMessageDecoder<>(model, schema, store);
    recordName = schema.getName();
  }

  /** The serde of a generated record, e.g. {@code AvroSerde.of(Trace.getClassSchema())}. */
  public static <T extends SpecificRecord> AvroSerde<T> of(Schema schema) {
    return new AvroSerde<>(schema);
  }

  /** The record as single-object bytes. */
  public byte[] encode(T value) {
    try {
      ByteBuffer encoded = encoder.encode(value);
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
    try (InputStream in = new java.io.ByteArrayInputStream(bytes)) {
      return decoder.decode(in, null);
    } catch (MissingSchemaException e) {
      throw new InvalidInputException(
          Reason.UNSUPPORTED,
          recordName + ": written with a schema version that this build does not know");
    } catch (BadHeaderException e) {
      throw new InvalidInputException(
          Reason.MALFORMED, recordName + ": does not start with an Avro single-object header");
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          Reason.MALFORMED, recordName + ": the bytes end early or are not this record");
    }
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
