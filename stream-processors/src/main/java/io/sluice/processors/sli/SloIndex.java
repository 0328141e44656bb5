package io.sluice.processors.sli;

import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Finds the SLOs of a span by its service, so that a thousand SLOs cost a span a look-up. */
final class SloIndex {

  private final Map<String, List<Slo>> byService = new HashMap<>();
  private final List<Slo> ofAnyService = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  SloIndex(Slos slos) {
    for (Slo slo : slos.slos()) {
      ids.add(slo.id());
      String service = slo.selector().service();
      if (service == null) {
        ofAnyService.add(slo);
      } else {
        byService.computeIfAbsent(service, name -> new ArrayList<>()).add(slo);
      }
    }
  }

  /** Whether there is an SLO with this id. */
  boolean has(String sloId) {
    return ids.contains(sloId);
  }

  /** Whether no span of this resource can be an event. */
  boolean ignores(ResourceView resource) {
    return ofAnyService.isEmpty() && !byService.containsKey(resource.serviceName());
  }

  void forEachMatch(ResourceView resource, SpanView span, Consumer<Slo> consumer) {
    for (Slo slo : byService.getOrDefault(resource.serviceName(), List.of())) {
      if (slo.selector().matches(resource, span)) {
        consumer.accept(slo);
      }
    }
    for (Slo slo : ofAnyService) {
      if (slo.selector().matches(resource, span)) {
        consumer.accept(slo);
      }
    }
  }
}
