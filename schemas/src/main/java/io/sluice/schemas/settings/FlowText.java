package io.sluice.schemas.settings;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Lists, maps and records as YAML on one line, in the form that {@link StrictYaml} reads back. */
final class FlowText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9_./:@+-]*(?<!:)");

  private FlowText() {}

  static String of(Object value) {
    if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(FlowText::of).toList()) + "]";
    }
    List<String> entries = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      new TreeMap<>(map).forEach((key, each) -> entries.add(entry(String.valueOf(key), each)));
    } else if (value instanceof Record nested && !Scalars.handles(value.getClass())) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Object each = Components.value(component, nested);
        if (each != null) {
          entries.add(entry(Components.key(component), each));
        }
      }
    } else {
      return quoted(Scalars.format(value));
    }
    return "{" + String.join(", ", entries) + "}";
  }

  private static String entry(String key, Object value) {
    return quoted(key) + ": " + of(value);
  }

  private static String quoted(String text) {
    if (PLAIN.matcher(text).matches() && !text.equals("null")) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
