package io.sluice.instrumentation.kafka;

import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LowAllocationLogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.LowAllocationMetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.LowAllocationTraceRequestMarshaler;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes OTLP requests with the SDK's own marshalers, those that make no object per field. They are
 * public classes in a package called internal, which the agent and the OTLP exporters share; that
 * those of an agent fit is tested with the agent.
 */
final class Requests<T> {

  private final Marshaler marshaler;
  private final Consumer<Collection<T>> initialize;
  private final Runnable reset;

  private Requests(Marshaler marshaler, Consumer<Collection<T>> initialize, Runnable reset) {
    this.marshaler = marshaler;
    this.initialize = initialize;
    this.reset = reset;
  }

  static Requests<SpanData> ofSpans() {
    var marshaler = new LowAllocationTraceRequestMarshaler();
    return new Requests<>(marshaler, marshaler::initialize, marshaler::reset);
  }

  static Requests<LogRecordData> ofLogs() {
    var marshaler = new LowAllocationLogsRequestMarshaler();
    return new Requests<>(marshaler, marshaler::initialize, marshaler::reset);
  }

  static Requests<MetricData> ofMetrics() {
    var marshaler = new LowAllocationMetricsRequestMarshaler();
    return new Requests<>(marshaler, marshaler::initialize, marshaler::reset);
  }

  /**
   * @return one request with all of them, or null when it would be larger than allowed
   */
  synchronized byte @Nullable [] write(Collection<T> items, int maxBytes) {
    initialize.accept(items);
    try {
      int size = marshaler.getBinarySerializedSize();
      if (size > maxBytes) {
        return null;
      }
      byte[] bytes = new byte[size];
      marshaler.writeBinaryTo(new Into(bytes));
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("a request did not fit the size that was computed for it", e);
    } finally {
      reset.run();
    }
  }

  private static final class Into extends OutputStream {
    private final byte[] bytes;
    private int position;

    Into(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(int value) {
      bytes[position++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      System.arraycopy(from, offset, bytes, position, length);
      position += length;
    }
  }
}
