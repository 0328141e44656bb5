package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.StrictYaml;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelabelRuleTest {

  record Rules(List<RelabelRule> relabel) {}

  @Test
  void keepsOnlyWhatMatchesAsAWhole() {
    String keep = "{action: keep, sourceLabels: [service], regex: 'cart|check.*'}";
    assertThat(applied(keep, Map.of("service", "cart"))).isNotNull();
    assertThat(applied(keep, Map.of("service", "checkout"))).isNotNull();
    assertThat(applied(keep, Map.of("service", "cartoon"))).isNull();
    assertThat(applied(keep, Map.of())).as("a label that is not there is empty").isNull();
  }

  @Test
  void dropsWhatMatchesTheJoinedValues() {
    String drop = "{action: drop, sourceLabels: [a, b], separator: '/', regex: 'x/.+'}";
    assertThat(applied(drop, Map.of("a", "x", "b", "y"))).isNull();
    assertThat(applied(drop, Map.of("a", "x"))).isNotNull();
  }

  @Test
  void setsALabelFromGroups() {
    String replace =
        "{action: replace, sourceLabels: [host], regex: '([^.]+)\\.(.*)', targetLabel: zone,"
            + " replacement: '${2}-$1$9'}";
    assertThat(applied(replace, Map.of("host", "a1.eu.example")))
        .containsEntry("zone", "eu.example-a1");
    assertThat(applied(replace, Map.of("host", "a1"))).doesNotContainKey("zone");
  }

  @Test
  void setsALabelAlways() {
    assertThat(applied("{action: replace, targetLabel: cluster, replacement: north}", Map.of()))
        .containsEntry("cluster", "north");
    assertThat(
            applied(
                "{action: replace, sourceLabels: [], targetLabel: cluster, replacement: north}",
                Map.of("cluster", "south")))
        .containsEntry("cluster", "north");
  }

  @Test
  void readsGroupsAndDollarSignsAsGoDoes() {
    String rule =
        "{action: replace, sourceLabels: [host], regex: '(.+)', targetLabel: t, replacement: '%s'}";
    Map<String, String> host = Map.of("host", "a");
    assertThat(applied(rule.formatted("$$1"), host)).containsEntry("t", "$1");
    assertThat(applied(rule.formatted("${1}x-$1-$"), host)).containsEntry("t", "ax-a-$");
    assertThat(applied(rule.formatted("${1 $2"), host)).containsEntry("t", "${1 ");
    assertThat(applied(rule.formatted("$0"), host)).containsEntry("t", "a");
    for (String named : List.of("$1x", "${name}", "$01", "$1_total")) {
      assertThatThrownBy(() -> rule(rule.formatted(named)))
          .as(named)
          .hasMessageContaining("replacement")
          .hasMessageContaining("${1}");
    }
  }

  @Test
  void makesTheNameOfALabelFromGroups() {
    String rule =
        "{action: replace, sourceLabels: [k], regex: '(.*)=(.*)', targetLabel: 'x_${1}',"
            + " replacement: '$2'}";
    assertThat(applied(rule, Map.of("k", "zone=eu"))).containsEntry("x_zone", "eu");
    assertThat(applied(rule, Map.of("k", "a-b=eu"))).as("no label's name").hasSize(1);
  }

  @Test
  void copiesAndRemovesLabelsWithItsDefaults() {
    assertThat(
            applied(
                "{action: replace, sourceLabels: [host], targetLabel: node}",
                Map.of("host", "two\nlines $1")))
        .containsEntry("node", "two\nlines $1");
    assertThat(
            applied(
                "{action: replace, sourceLabels: [host], targetLabel: host, replacement: ''}",
                Map.of("host", "a")))
        .isEmpty();
  }

  @Test
  void saysWhatIsWrongWithARule() {
    assertThatThrownBy(() -> rule("{action: keep, sourceLabels: [a], targetLabel: b}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("targetLabel")
        .hasMessageContaining("none for this action");
    assertThatThrownBy(() -> rule("{action: drop, sourceLabels: [a], regex: '(a'}"))
        .hasMessageContaining("a regular expression (RE2)");
    for (String name : List.of("1a", "a-b", "", "a b", "$name")) {
      String rule = "{action: replace, sourceLabels: [a], targetLabel: '%s'}".formatted(name);
      assertThatThrownBy(() -> rule(rule)).as(name).hasMessageContaining("the name of a label");
    }
    assertThatThrownBy(() -> rule("{action: keep}")).hasMessageContaining("at least one label");
    assertThatThrownBy(() -> rule("{action: labeldrop, sourceLabels: [a]}"))
        .hasMessageContaining("keep, drop, replace");
  }

  private static @Nullable Map<String, String> applied(String rule, Map<String, String> labels) {
    TreeMap<String, String> changed = new TreeMap<>(labels);
    return rule(rule).applied().apply(changed) ? changed : null;
  }

  private static RelabelRule rule(String yaml) {
    return StrictYaml.document("sluice.yaml", "relabel: [" + yaml + "]")
        .bind(Rules.class)
        .relabel()
        .get(0);
  }
}
