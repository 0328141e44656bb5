package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;

/** Remote procedure calls of servers and clients, by method and status. */
final class RpcDerivation implements SpanDerivation {

  private final int system;
  private final int service;
  private final int method;
  private final int status;
  private final SeriesTable duration;

  RpcDerivation(AttributeKeys keys, Tallies tallies) {
    system = keys.slot("rpc.system.name", "rpc.system");
    service = keys.slot("rpc.service");
    method = keys.slot("rpc.method");
    status =
        keys.slot(
            "rpc.response.status_code",
            "rpc.grpc.status_code",
            "rpc.connect_rpc.error_code",
            "rpc.jsonrpc.error_code");
    duration = tallies.table(Metrics.RPC_DURATION);
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    if (!fields.has(system) || !(SpanLabels.isServer(span) || SpanLabels.isClient(span))) {
      return;
    }
    duration.begin().label(SpanLabels.kind(span)).label(fields, system).label(fields, service);
    duration.label(fields, method).label(fields, status).label(SpanLabels.status(span));
    span.recordDuration(duration.tally());
  }
}
