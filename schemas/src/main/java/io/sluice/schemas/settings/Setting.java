package io.sluice.schemas.settings;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration record, for reference pages, {@code --print-config} and names of
 * environment variables.
 *
 * @param path full key path
 * @param type what is expected there, for people: {@code number}, {@code duration such as 10s}, …
 * @param value the value as one writes it; empty for none
 * @param description the component's {@code @JsonPropertyDescription}; empty when it has none
 */
public record Setting(String path, String type, String value, String description) {

  /**
   * Every key of a record, nested ones too, in the order of their declaration.
   *
   * @throws IllegalArgumentException when one has a type whose values cannot be read from a file
   */
  public static List<Setting> of(Record settings) {
    Components.check(settings.getClass(), new HashSet<>());
    List<Setting> found = new ArrayList<>();
    collect(settings, "", found);
    return found;
  }

  private static void collect(Record settings, String path, List<Setting> found) {
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      String at = YamlNodeReader.child(path, Components.key(component));
      Object value = Components.value(component, settings);
      if (value instanceof Record nested && !Scalars.handles(nested.getClass())) {
        collect(nested, at, found);
      } else {
        String type = Components.expected(component.getGenericType());
        found.add(new Setting(at, type, text(value), Components.description(component)));
      }
    }
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof List || value instanceof Map
        ? FlowText.of(value)
        : Scalars.format(value);
  }
}
