package io.sluice.app.runtime;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.sluice.app.config.TelemetrySettings;
import io.sluice.schemas.stage.ClientCredentials;
import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sluice's own spans, sent to its ingest. They travel the same topics and make further spans there,
 * so the number of traces in a second is bounded, whatever the load.
 */
final class OwnTraces implements AutoCloseable {

  private final TelemetrySettings settings;
  private final LongSupplier ticks;
  private final LateExporter exporter = new LateExporter();
  private final @Nullable OpenTelemetrySdk sdk;

  /**
   * @param withIngest whether this process has an ingest, which {@link #sendTo} tells of
   * @param ticks milliseconds on a clock that nobody can set
   */
  OwnTraces(TelemetrySettings settings, boolean withIngest, LongSupplier ticks) {
    this.settings = settings;
    this.ticks = ticks;
    String endpoint = settings.otlpEndpoint();
    boolean sent = withIngest || endpoint != null;
    this.sdk = settings.tracesPerSecond() > 0 && sent ? build() : null;
    if (sdk != null && endpoint != null) {
      exporter.delegateTo(exporterTo(endpoint));
    }
  }

  OpenTelemetry openTelemetry() {
    return sdk == null ? OpenTelemetry.noop() : sdk;
  }

  /**
   * The port of this process's ingest, once it listens. Until then spans are dropped. Not used when
   * the settings name a place.
   */
  void sendTo(int grpcPort) {
    if (sdk != null && settings.otlpEndpoint() == null) {
      exporter.delegateTo(exporterTo("http://127.0.0.1:" + grpcPort));
    }
  }

  private SpanExporter exporterTo(String endpoint) {
    OtlpGrpcSpanExporterBuilder builder =
        OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).setTimeout(Duration.ofSeconds(5));
    try {
      new ClientCredentials("", "", settings.otlpTokenFile())
          .authorization()
          .ifPresent(token -> builder.addHeader("authorization", token));
    } catch (IOException e) {
      throw new StartException("telemetry.otlpTokenFile: cannot read " + e.getMessage(), e);
    }
    return builder.build();
  }

  @Override
  public void close() {
    if (sdk != null) {
      sdk.shutdown().join(1, TimeUnit.SECONDS);
    }
  }

  private OpenTelemetrySdk build() {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "sluice")));
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(new RateLimit(settings.tracesPerSecond(), ticks)))
                .addSpanProcessor(
                    BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(2048)
                        .setScheduleDelay(Duration.ofSeconds(1))
                        .build())
                .build())
        .build();
  }

  /** Lets through at most so many roots in a second, evenly spread. */
  private static final class RateLimit implements Sampler {

    private final long intervalMillis;
    private final LongSupplier ticks;
    private final AtomicLong next;

    RateLimit(double perSecond, LongSupplier ticks) {
      this.intervalMillis = Math.max(1, Math.round(1000 / perSecond));
      this.ticks = ticks;
      this.next = new AtomicLong(ticks.getAsLong());
    }

    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      long now = ticks.getAsLong();
      long due = next.get();
      return now >= due && next.compareAndSet(due, now + intervalMillis)
          ? SamplingResult.recordAndSample()
          : SamplingResult.drop();
    }

    @Override
    public String getDescription() {
      return "RateLimit{" + intervalMillis + "ms}";
    }
  }
}
