package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SloDigestTest {

  private static final String FILE =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: checkout, displayName: Checkout works}
      spec:
        description: It works.
        service: shop
        indicator:
          spec:
            ratioMetric:
              total:
                metricSource:
                  type: sluice
                  spec:
                    signal: spans
                    selector: {service: [shop, cart], attributes: {region: eu, tier: gold, zone: a}}
              good:
                metricSource: {type: sluice, spec: {noError: true, durationBelow: 300ms}}
        timeWindow: [{duration: 30d, isRolling: true}]
        budgetingMethod: Timeslices
        objectives: [{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m}]
      """;

  @ParameterizedTest
  @CsvSource({
    "It works., It has to work.",
    "Checkout works, Pay",
    "target: 0.99, target: 0.95",
    "duration: 30d, duration: 7d",
    "'    budgetingMethod', '    alertPolicies: []\n    budgetingMethod'",
    "'region: eu, tier: gold', 'tier: gold, region: eu'",
    "duration: 30d, duration: 720h"
  })
  void aChangeThatChangesNoCountKeepsIt(String before, String after) {
    assertThat(digest(FILE.replace(before, after))).isEqualTo(digest(FILE));
  }

  @ParameterizedTest
  @CsvSource({
    "region: eu, region: us",
    "'[shop, cart]', '[shop]'",
    "300ms, 301ms",
    "good:, bad:",
    "'spec: {noError: true', 'spec: {error: true'",
    "timeSliceTarget: 0.9, timeSliceTarget: 0.8",
    "timeSliceWindow: 1m, timeSliceWindow: 5m",
    "'{noError: true, durationBelow: 300ms}', '{durationBelow: 300ms}'"
  })
  void aChangeOfWhatIsCountedChangesIt(String before, String after) {
    assertThat(FILE).contains(before);
    assertThat(digest(FILE.replace(before, after))).isNotEqualTo(digest(FILE));
  }

  /** Stores have it: another one would begin every budget anew at the next upgrade. */
  @Test
  void staysTheSameFromOneVersionToTheNext() {
    assertThat(digest(FILE)).isEqualTo("b01320267ed4625d2327bf87592319b1");
  }

  private static String digest(String file) {
    return SloDigest.of(SloFiles.read(file).get(0));
  }
}
