package io.sluice.processors.sli;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** SLOs as a user writes and applies them. */
final class TestSlos {

  private TestSlos() {}

  /** A set of a version, of files as they stand. */
  static DefinitionSet set(long version, String... files) {
    List<DefinitionDocument> documents =
        Arrays.stream(files)
            .map(content -> new DefinitionDocument("test.yaml", content))
            .collect(Collectors.toList());
    return new DefinitionSet(DefinitionKinds.SLOS, version, 0L, documents);
  }

  /**
   * An SLO in OpenSLO.
   *
   * @param selector a YAML flow map, as {@code {service: shop}}
   * @param good a YAML flow map, as {@code {noError: true}}
   */
  static String slo(String id, String selector, String good) {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: %1$s
        spec:
          service: shop
          indicator:
            metadata:
              name: %1$s-good
            spec:
              ratioMetric:
                counter: true
                total:
                  metricSource:
                    type: sluice
                    spec:
                      signal: spans
                      selector: %2$s
                good:
                  metricSource:
                    type: sluice
                    spec: %3$s
          timeWindow:
            - duration: 30d
              isRolling: true
          budgetingMethod: Occurrences
          objectives:
            - target: 0.99
        """
        .formatted(id, selector, good);
  }
}
