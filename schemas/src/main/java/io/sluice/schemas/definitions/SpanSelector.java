package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.SpanView;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which spans are an SLO's events: those that fulfil all that is given. At least one is given.
 *
 * @param service the resource's {@code service.name}; null for any
 * @param operation the span's name; null for any
 * @param kind null for any
 * @param attributes span attributes by name, equal as text
 */
public record SpanSelector(
    @Nullable String service,
    @Nullable String operation,
    @Nullable SpanKind kind,
    Map<String, String> attributes) {

  public SpanSelector {
    attributes = Map.copyOf(attributes);
    boolean any = service != null || operation != null || kind != null || !attributes.isEmpty();
    unless("service", any, "at least one of service, operation, kind, attributes", "none");
  }

  /** Whether a span is an event. */
  public boolean matches(ResourceView resource, SpanView span) {
    return (service == null || service.equals(resource.serviceName()))
        && (kind == null || kind.number() == span.kind())
        && (operation == null || operation.equals(span.name()))
        && hasAttributes(span.attributes());
  }

  private boolean hasAttributes(AttributesView actual) {
    for (Map.Entry<String, String> wanted : attributes.entrySet()) {
      if (!wanted.getValue().equals(actual.text(wanted.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
