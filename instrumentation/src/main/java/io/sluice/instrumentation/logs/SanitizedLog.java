package io.sluice.instrumentation.logs;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfoBuilder;
import io.opentelemetry.sdk.logs.data.Body;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.LogRecordView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record as the sanitizer left it; the times are the original's. */
final class SanitizedLog implements LogRecordData {

  private final LogRecordData original;
  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final SpanContext spanContext;
  private final Severity severity;
  private final @Nullable String severityText;
  private final @Nullable Value<?> body;
  private final Attributes attributes;
  private final @Nullable String eventName;

  private SanitizedLog(
      LogRecordData original, ResourceView resource, ScopeView scope, LogRecordView log) {
    this.original = original;
    this.resource =
        Resource.create(
            Decoded.attributes(resource.attributes()), original.getResource().getSchemaUrl());
    this.scope = scope(original.getInstrumentationScopeInfo(), scope);
    this.spanContext = spanContext(original.getSpanContext(), log);
    this.severity = severity(log.severityNumber());
    this.severityText = log.severityText().isEmpty() ? null : log.severityText();
    this.body = log.body().type() == AnyValueView.Type.EMPTY ? null : Decoded.value(log.body());
    this.attributes = attributes(log);
    this.eventName = log.eventName().isEmpty() ? null : log.eventName();
  }

  /** Null when the request has no record any more. */
  static @Nullable LogRecordData of(LogRecordData original, byte[] request) {
    List<LogRecordData> left = new ArrayList<>(1);
    OtlpRequest.forEachLog(
        Slice.of(request),
        (resource, scope, log) -> left.add(new SanitizedLog(original, resource, scope, log)));
    return left.isEmpty() ? null : left.get(0);
  }

  /** The name is that of a logger, which may be made of anything. */
  private static InstrumentationScopeInfo scope(
      InstrumentationScopeInfo original, ScopeView scope) {
    InstrumentationScopeInfoBuilder builder =
        InstrumentationScopeInfo.builder(scope.name())
            .setAttributes(Decoded.attributes(new AttributesView(scope.bytes(), 3)));
    if (!scope.version().isEmpty()) {
      builder.setVersion(scope.version());
    }
    String schemaUrl = original.getSchemaUrl();
    return schemaUrl == null ? builder.build() : builder.setSchemaUrl(schemaUrl).build();
  }

  /** A trace id without a span's stays an attribute: the SDK has no context of one alone. */
  private static Attributes attributes(LogRecordView log) {
    Attributes attributes = Decoded.attributes(log.attributes());
    return log.traceId().length() == 0 || log.spanId().length() != 0
        ? attributes
        : attributes.toBuilder().put("trace_id", hex(log.traceId())).build();
  }

  /** The sanitizer finds trace ids in bodies and attributes, too. */
  private static SpanContext spanContext(SpanContext original, LogRecordView log) {
    if (original.isValid() || log.traceId().length() == 0 || log.spanId().length() == 0) {
      return original;
    }
    return SpanContext.create(
        hex(log.traceId()), hex(log.spanId()), TraceFlags.getDefault(), TraceState.getDefault());
  }

  private static String hex(Slice bytes) {
    return HexFormat.of().formatHex(bytes.array(), bytes.start(), bytes.end());
  }

  private static Severity severity(int number) {
    for (Severity severity : Severity.values()) {
      if (severity.getSeverityNumber() == number) {
        return severity;
      }
    }
    return Severity.UNDEFINED_SEVERITY_NUMBER;
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return scope;
  }

  @Override
  public long getTimestampEpochNanos() {
    return original.getTimestampEpochNanos();
  }

  @Override
  public long getObservedTimestampEpochNanos() {
    return original.getObservedTimestampEpochNanos();
  }

  @Override
  public SpanContext getSpanContext() {
    return spanContext;
  }

  @Override
  public Severity getSeverity() {
    return severity;
  }

  @Override
  public @Nullable String getSeverityText() {
    return severityText;
  }

  @Override
  @Deprecated
  @SuppressWarnings("deprecation") // still asked for by exporters of before
  public Body getBody() {
    Value<?> value = body;
    return value == null ? Body.empty() : Body.string(value.asString());
  }

  @Override
  public @Nullable Value<?> getBodyValue() {
    return body;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public int getTotalAttributeCount() {
    return Math.max(original.getTotalAttributeCount(), attributes.size());
  }

  @Override
  public @Nullable String getEventName() {
    return eventName;
  }
}
