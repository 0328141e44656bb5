package io.sluice.testkit;

import io.opentelemetry.proto.resource.v1.Resource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where telemetry comes from: an OTLP resource. Immutable; two with the same attributes are the
 * same resource in a request.
 *
 * @param resource its attributes, {@code service.name} among them unless a test wants none
 */
public record Service(Map<String, Object> resource) {

  public Service {
    resource = Collections.unmodifiableMap(new LinkedHashMap<>(resource));
  }

  /** This service with one more resource attribute. */
  public Service with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(resource);
    more.put(key, value);
    return new Service(more);
  }

  /** An internal span of 10 ms, alone in a trace of its own. */
  public SpanBuilder span(String name) {
    return new SpanBuilder(this, name);
  }

  /** An INFO record. The body is text, a number, a truth value, a list or a map, nested freely. */
  public LogBuilder log(Object body) {
    return new LogBuilder(this, body);
  }

  /** A cumulative monotonic sum with one data point. */
  public MetricBuilder counter(String name, double value) {
    return MetricBuilder.counter(this, name, value);
  }

  /** A gauge with one data point. */
  public MetricBuilder gauge(String name, double value) {
    return MetricBuilder.gauge(this, name, value);
  }

  /** A cumulative histogram with one data point that counts these values. */
  public MetricBuilder histogram(String name, double[] bounds, double... values) {
    return MetricBuilder.histogram(this, name, bounds, values);
  }

  Resource toProto() {
    return Resource.newBuilder().addAllAttributes(Attributes.attributes(resource)).build();
  }
}
