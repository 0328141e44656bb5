package io.sluice.instrumentation.streams;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A version byte, the origins, and the value as its own serde writes it, which sees the record's
 * headers where there are some (no store has them). One that is written as none is none here too:
 * in a store it deletes.
 */
final class TracedSerde<V> implements Serde<Traced<V>> {

  private static final byte VERSION = 1;

  private final Serde<V> values;

  TracedSerde(Serde<V> values) {
    this.values = values;
  }

  @Override
  public void configure(Map<String, ?> settings, boolean isKey) {
    values.configure(settings, isKey);
  }

  @Override
  public void close() {
    values.close();
  }

  @Override
  public Serializer<Traced<V>> serializer() {
    return new Serializer<>() {
      @Override
      public byte @Nullable [] serialize(String topic, @Nullable Traced<V> traced) {
        return write(topic, new RecordHeaders(), traced);
      }

      @Override
      public byte @Nullable [] serialize(
          String topic, Headers headers, @Nullable Traced<V> traced) {
        return write(topic, headers, traced);
      }
    };
  }

  @Override
  public Deserializer<Traced<V>> deserializer() {
    return new Deserializer<>() {
      @Override
      public @Nullable Traced<V> deserialize(String topic, byte @Nullable [] stored) {
        return read(topic, new RecordHeaders(), stored);
      }

      @Override
      public @Nullable Traced<V> deserialize(
          String topic, Headers headers, byte @Nullable [] stored) {
        return read(topic, headers, stored);
      }
    };
  }

  private byte @Nullable [] write(String topic, Headers headers, @Nullable Traced<V> traced) {
    if (traced == null) {
      return null;
    }
    byte @Nullable [] value = values.serializer().serialize(topic, headers, traced.value());
    if (value == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      OriginsFormat.write(traced.origins(), out);
      out.write(value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private @Nullable Traced<V> read(String topic, Headers headers, byte @Nullable [] stored) {
    if (stored == null) {
      return null;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IOException("its version is " + version + ", known is " + VERSION);
      }
      Origins origins = OriginsFormat.read(in);
      return new Traced<>(
          values.deserializer().deserialize(topic, headers, in.readAllBytes()), origins);
    } catch (IOException malformed) {
      throw new SerializationException(
          "a value of "
              + topic
              + " is no value with its trace context: was it stored without Traced.serde?",
          malformed);
    }
  }
}
