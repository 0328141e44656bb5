package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules for dashboards that Grafana does not say aloud: it draws a panel over another, or takes
 * one id for two, without a word. Grafana itself is not run here.
 */
class GrafanaDashboardsTest {

  private static final int COLUMNS = 24;

  /** Each of its own words; others begin with two underscores. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");

  /** What stands in a link, but for what begins it and for times, which Grafana writes itself. */
  private static final Pattern LINKED =
      Pattern.compile("\\$\\{?+((?!console}/|__url_time_range}|__(?:from|to):date:iso})[^}&/?]*)");

  static Stream<GrafanaDashboard> dashboards() {
    return GrafanaDashboard.all().stream();
  }

  @Test
  void uidsAndTitlesAreOfOneDashboardEach() {
    List<GrafanaDashboard> all = GrafanaDashboard.all();
    assertThat(all).hasSizeGreaterThanOrEqualTo(11);
    assertThat(all).extracting(each -> each.json().path("uid").asText()).doesNotHaveDuplicates();
    assertThat(all).extracting(each -> each.json().path("title").asText()).doesNotHaveDuplicates();
    assertThat(all)
        .allSatisfy(
            each -> {
              assertThat(each.json().path("uid").asText())
                  .matches("[a-zA-Z0-9_-]{1,40}")
                  .isEqualTo("sluice-" + each.file().replace(".json", ""));
              assertThat(each.json().path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
              assertThat(each.json().has("id")).as("an id of another Grafana").isFalse();
            });
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsHaveIdsTitlesUnitsAndPlacesOfTheirOwn(GrafanaDashboard dashboard) {
    Set<Integer> ids = new HashSet<>();
    Map<String, String> taken = new HashMap<>();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).as("the id of " + title).isTrue();
      JsonNode place = panel.path("gridPos");
      int right = place.path("x").asInt() + place.path("w").asInt();
      assertThat(right).as("the right side of " + title).isBetween(1, COLUMNS);
      assertThat(place.path("h").asInt()).as("the height of " + title).isPositive();
      for (int x = place.path("x").asInt(); x < right; x++) {
        int bottom = place.path("y").asInt() + place.path("h").asInt();
        for (int y = place.path("y").asInt(); y < bottom; y++) {
          assertThat(taken.put(x + "," + y, title)).as("below " + title).isNull();
        }
      }
      if (Set.of("timeseries", "stat", "gauge", "bargauge").contains(panel.path("type").asText())) {
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
      }
      assertThat(panel.path("targets")).as("the queries of " + title).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyQueryNamesItsDataSourceAndItself(GrafanaDashboard dashboard) throws IOException {
    Map<String, String> provisioned = provisioned();
    Map<String, String> chosen = new HashMap<>();
    for (JsonNode variable : dashboard.variables()) {
      if (variable.path("type").asText().equals("datasource")) {
        String uid = variable.at("/current/value").asText();
        assertThat(provisioned).containsEntry(uid, variable.path("query").asText());
        chosen.put("${" + variable.path("name").asText() + "}", variable.path("query").asText());
      }
    }
    for (JsonNode panel : dashboard.panels()) {
      Set<String> refIds = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        assertThat(refIds.add(target.path("refId").asText())).isTrue();
        assertThat(target.path("refId").asText()).isNotBlank();
        assertThat(chosen)
            .containsEntry(
                target.at("/datasource/uid").asText(), target.at("/datasource/type").asText());
        assertThat(target.path("datasource")).isEqualTo(panel.path("datasource"));
      }
    }
    for (JsonNode variable : dashboard.variables()) {
      if (variable.path("type").asText().equals("query")) {
        assertThat(chosen).containsKey(variable.at("/datasource/uid").asText());
      }
    }
  }

  /** In queries, links and titles: a variable that is not there stays as it is written. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void everyVariableThatIsUsedIsThereAndTheOtherWayRound(GrafanaDashboard dashboard) {
    Set<String> declared = new HashSet<>();
    dashboard.variables().forEach(each -> declared.add(each.path("name").asText()));
    Set<String> used = new HashSet<>();
    Matcher matcher = VARIABLE.matcher(dashboard.json().toString());
    while (matcher.find()) {
      if (!matcher.group(1).startsWith("__")) {
        used.add(matcher.group(1));
      }
    }
    assertThat(used).isEqualTo(declared);
  }

  /** Grafana escapes for an expression only what may be several values. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void aVariableOfOneValueIsComparedAsItStandsAndOneOfSeveralByExpression(
      GrafanaDashboard dashboard) {
    for (JsonNode variable : dashboard.variables()) {
      if (variable.path("type").asText().equals("query")) {
        String name = variable.path("name").asText();
        boolean several = variable.path("multi").asBoolean();
        assertThat(dashboard.json().findValuesAsText("expr"))
            .noneMatch(expr -> expr.contains((several ? "=\"$" : "=~\"$") + name + "\""));
      }
    }
  }

  /** Requests are of servers and consumers, as on the console; and none failed is no "No data". */
  @ParameterizedTest
  @MethodSource("dashboards")
  void requestsAreOfServersAndConsumersAndTheirErrorsAreZeroUntilOneFails(
      GrafanaDashboard dashboard) {
    for (GrafanaDashboard.Query query : dashboard.panelQueries(GrafanaDashboard.PROMETHEUS)) {
      String expr = query.text("expr");
      if (expr.contains("traces_spanmetrics_") && expr.contains("span_kind")) {
        assertThat(expr)
            .as(query.where())
            .contains("span_kind=~\"SPAN_KIND_(SERVER|CONSUMER)\"")
            .doesNotContain("span_kind=\"");
        if (expr.contains("STATUS_CODE_ERROR")) {
          assertThat(expr).as(query.where()).contains(" or ");
        }
      }
    }
  }

  /** A stage that is gone says nothing of itself: a 0 in its place would look well. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void nothingThatIsKnownIsNotNothingThatIsWrong(GrafanaDashboard dashboard) {
    for (JsonNode panel : dashboard.panels()) {
      for (JsonNode target : panel.path("targets")) {
        String expr = target.path("expr").asText();
        assertThat(expr).doesNotEndWith("or vector(0)");
        if (expr.startsWith("count(") && expr.contains(") or 0 * ")) {
          assertThat(target.path("instant").asBoolean())
              .as("the last value of %s is shown though it is old", panel.path("title"))
              .isTrue();
        }
      }
    }
  }

  @Test
  void linksLeadToDashboardsAndViewsThatAreThere() throws IOException {
    Set<String> uids = new HashSet<>();
    Set<String> links = new HashSet<>();
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      uids.add(dashboard.json().path("uid").asText());
      dashboard.json().findValuesAsText("url").forEach(links::add);
    }
    links.remove("");
    Map<String, Set<String>> views = views();
    List<String> lost = new ArrayList<>();
    for (String link : links) {
      Matcher board = Pattern.compile("^/d/([^/?]+)/").matcher(link);
      Matcher view = Pattern.compile("^\\$\\{console}/#/([a-z]*)(?:/[^?]*)?(.*)").matcher(link);
      if (!(board.find()
          ? uids.contains(board.group(1))
          : view.matches()
              && views.containsKey(view.group(1))
              && views.get(view.group(1)).containsAll(parameters(view.group(2))))) {
        lost.add(link);
      }
    }
    assertThat(links).isNotEmpty();
    assertThat(lost).isEmpty();
  }

  /** Labels do not say which runbook is an alert's, for an SLO may name one; the console knows. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void noLinkTakesALabelForTheNameOfARunbook(GrafanaDashboard dashboard) {
    assertThat(dashboard.json().findValuesAsText("url"))
        .noneMatch(link -> link.contains("/#/runbooks/"));
  }

  /** A service's name comes from whoever sends: it could bring parameters of its own. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void noValueInALinkEndsItOrAddsToIt(GrafanaDashboard dashboard) {
    for (String link : dashboard.json().findValuesAsText("url")) {
      Matcher value = LINKED.matcher(link);
      while (value.find()) {
        assertThat(value.group(1)).as(link).endsWith(":percentencode");
      }
    }
  }

  /** Where an address of the console begins to what may be asked for there. */
  private static Map<String, Set<String>> views() throws IOException {
    Map<String, Set<String>> views = new HashMap<>();
    Pattern address = Pattern.compile("`#/([a-z]*)([^`]*)`");
    for (String row : Files.readAllLines(Path.of("../docs/console.md"))) {
      if (row.startsWith("| `#/")) {
        Matcher matcher = address.matcher(row);
        while (matcher.find()) {
          views
              .computeIfAbsent(matcher.group(1), name -> new HashSet<>())
              .addAll(parameters(matcher.group(2)));
        }
      }
    }
    return views;
  }

  private static Set<String> parameters(String address) {
    Set<String> names = new HashSet<>();
    Matcher matcher = Pattern.compile("[?&]([A-Za-z]+)=").matcher(address);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void showsWhenAlertsFired(GrafanaDashboard dashboard) {
    assertThat(dashboard.annotationQueries()).isNotEmpty();
  }

  /** uid to type. */
  private static Map<String, String> provisioned() throws IOException {
    Map<String, String> types = new HashMap<>();
    GrafanaDashboard.dataSources()
        .forEach((uid, source) -> types.put(uid, source.path("type").asText()));
    return types;
  }
}
