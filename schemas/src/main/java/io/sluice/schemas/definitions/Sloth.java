package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files of Sloth's {@code prometheus/v1}, as they are written.
 *
 * @see <a href="https://sloth.dev">Sloth</a>
 */
final class Sloth {

  static final String VERSION = "prometheus/v1";

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

  private static final String NAMES = "lower-case letters, digits, hyphens and dots, at most 63";

  private Sloth() {}

  record File(
      String version, String service, @Nullable Map<String, String> labels, List<SloSpec> slos) {
    File {
      unless("version", version.equals(VERSION), VERSION, version);
      unless("service", NAME.matcher(service).matches(), NAMES, service);
    }
  }

  record SloSpec(
      String name,
      double objective,
      @Nullable String description,
      @Nullable Map<String, String> labels,
      Sli sli,
      @Nullable Alerting alerting) {
    SloSpec {
      unless("name", NAME.matcher(name).matches(), NAMES, name);
      unless(
          "objective", objective > 0 && objective < 100, "between 0 and 100, excluded", objective);
    }
  }

  record Sli(@Nullable Events events, @Nullable Raw raw, @Nullable Plugin plugin) {
    Sli {
      unless(
          "raw",
          raw == null,
          "events: shares cannot be added up to those of longer windows",
          "raw");
      unless("plugin", plugin == null, "events: plugins are Sloth's own code", "plugin");
      unless("events", events != null, "an error_query and a total_query", "none");
    }
  }

  record Events(
      @JsonProperty("error_query") String errorQuery,
      @JsonProperty("total_query") String totalQuery) {}

  record Raw(@JsonProperty("error_ratio_query") String errorRatioQuery) {}

  record Plugin(String id, @Nullable Map<String, String> options) {}

  record Alerting(
      @Nullable String name,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations,
      @JsonProperty("page_alert") @Nullable Alert pageAlert,
      @JsonProperty("ticket_alert") @Nullable Alert ticketAlert) {}

  record Alert(
      @Nullable Boolean disable,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations) {
    Alert {
      boolean severityOnly =
          labels == null || labels.keySet().stream().allMatch(key -> key.equals("severity"));
      unless("labels", severityOnly, "severity only: it is what receivers route by", "others");
      unless(
          "annotations",
          annotations == null || annotations.isEmpty(),
          "none: alerts say what burns by themselves",
          "some");
    }
  }
}
