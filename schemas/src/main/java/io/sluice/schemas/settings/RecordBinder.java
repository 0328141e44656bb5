package io.sluice.schemas.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of YAML nodes, led by the record's own types, and goes on after a problem so that
 * people see all of them at once. Null stands for "there was a problem", or an absent nullable
 * value.
 */
final class RecordBinder {

  private final List<Problem> problems;

  RecordBinder(List<Problem> problems) {
    this.problems = problems;
  }

  <T extends Record> @Nullable T bind(
      Class<T> type, YamlNode.Mapping mapping, String path, @Nullable T defaults) {
    Object bound = bindRecord(type, mapping, path, defaults);
    return bound == null ? null : type.cast(bound);
  }

  private @Nullable Object bindRecord(
      Class<?> type, YamlNode.Mapping mapping, String path, @Nullable Object defaults) {
    RecordComponent[] components = type.getRecordComponents();
    int before = problems.size();
    refuseUnknown(components, mapping, path);
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Object inDefaults =
          defaults instanceof Record given ? Components.value(components[i], given) : null;
      values[i] = component(components[i], mapping, path, inDefaults);
    }
    return problems.size() > before ? null : construct(type, components, values, mapping, path);
  }

  private void refuseUnknown(RecordComponent[] components, YamlNode.Mapping mapping, String path) {
    List<String> known = Arrays.stream(components).map(Components::key).toList();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                String hint = NearestName.hint(key, known);
                report(entry.key(), YamlNodeReader.child(path, key), "unknown key" + hint);
              }
            });
  }

  private @Nullable Object component(
      RecordComponent component,
      YamlNode.Mapping mapping,
      String path,
      @Nullable Object inDefaults) {
    String key = Components.key(component);
    String at = YamlNodeReader.child(path, key);
    YamlNode.Entry entry = mapping.entries().get(key);
    boolean absent = entry == null || entry.value() instanceof YamlNode.Nothing;
    if (absent && Components.isNullable(component)) {
      return entry == null ? inDefaults : null;
    }
    if (entry == null) {
      if (inDefaults == null) {
        String expected = Components.expected(component.getGenericType());
        report(mapping.origin(), at, "missing; expected " + expected);
      }
      return inDefaults;
    }
    return value(component.getGenericType(), entry.value(), at, inDefaults);
  }

  private @Nullable Object value(
      Type type, YamlNode node, String path, @Nullable Object inDefaults) {
    Class<?> raw = Components.raw(type);
    if (raw == OneOrMore.class && node instanceof YamlNode.Sequence sequence) {
      return oneOrMore(sequence, path);
    }
    if (Scalars.handles(raw)) {
      return scalar(raw, node, path);
    }
    YamlNode structured = structured(node);
    if (raw == List.class && structured instanceof YamlNode.Sequence sequence) {
      return list(Components.argument(type, 0), sequence, path);
    }
    if (raw == Map.class && structured instanceof YamlNode.Mapping mapping) {
      Map<String, Object> bound = new LinkedHashMap<>();
      if (inDefaults instanceof Map<?, ?> given) {
        given.forEach((key, value) -> bound.put((String) key, value));
      }
      putAll(bound, "", Components.argument(type, 1), mapping, path);
      return bound;
    }
    if (raw.isRecord() && structured instanceof YamlNode.Mapping mapping) {
      return bindRecord(raw, mapping, path, inDefaults);
    }
    return wrong(type, node, path);
  }

  /** Text from outside a file, where structure is expected, is YAML of its own. */
  private static YamlNode structured(YamlNode node) {
    boolean fromOutside = node instanceof YamlNode.Scalar && node.origin().line() == 0;
    return fromOutside ? StrictYaml.value(node.origin(), ((YamlNode.Scalar) node).text()) : node;
  }

  private @Nullable Object scalar(Class<?> type, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return wrong(type, node, path);
    }
    try {
      return Scalars.parse(type, scalar.text());
    } catch (InvalidSettingException e) {
      report(node.origin(), path, "expected " + e.expected() + ", got " + node.describe());
      return null;
    } catch (IllegalArgumentException e) {
      return wrong(type, node, path);
    }
  }

  private @Nullable Object wrong(Type type, YamlNode node, String path) {
    Class<?> raw = Components.raw(type);
    String hint = "";
    if (raw.isEnum() && node instanceof YamlNode.Scalar scalar) {
      String nearest = NearestName.of(scalar.text(), Scalars.names(raw));
      hint = nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
    }
    String expected = Components.expected(type);
    report(node.origin(), path, "expected " + expected + ", got " + node.describe() + hint);
    return null;
  }

  private OneOrMore oneOrMore(YamlNode.Sequence sequence, String path) {
    List<String> texts = new ArrayList<>();
    list(String.class, sequence, path).forEach(item -> texts.add((String) item));
    return new OneOrMore(texts);
  }

  private List<Object> list(Type itemType, YamlNode.Sequence sequence, String path) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object item = value(itemType, sequence.items().get(i), path + "[" + i + "]", null);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }

  private void putAll(
      Map<String, Object> into,
      String prefix,
      Type valueType,
      YamlNode.Mapping mapping,
      String path) {
    boolean plainValues = Scalars.handles(Components.raw(valueType));
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              String name = prefix + key;
              String at = YamlNodeReader.child(path, key);
              if (plainValues && entry.value() instanceof YamlNode.Mapping nested) {
                putAll(into, name + ".", valueType, nested, at);
                return;
              }
              Object value = value(valueType, entry.value(), at, into.get(name));
              if (value != null) {
                into.put(name, value);
              }
            });
  }

  private @Nullable Object construct(
      Class<?> type,
      RecordComponent[] components,
      Object[] values,
      YamlNode.Mapping mapping,
      String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      refused(e, mapping, path);
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type, e);
    }
  }

  /** The record's own checks refused a value. */
  private void refused(InvocationTargetException e, YamlNode.Mapping mapping, String path) {
    if (e.getCause() instanceof InvalidSettingException invalid) {
      // A component that is a map may name one of its own keys behind a dot.
      String component = invalid.key().split("\\.", 2)[0];
      YamlNode.Entry entry = mapping.entries().get(component);
      Origin origin = entry == null ? mapping.origin() : entry.value().origin();
      String sentence = "expected " + invalid.expected() + ", got " + invalid.actual();
      report(origin, YamlNodeReader.child(path, invalid.key()), sentence);
    } else if (e.getCause() instanceof IllegalArgumentException invalid) {
      report(mapping.origin(), path, String.valueOf(invalid.getMessage()));
    } else {
      throw new IllegalStateException("a record's checks failed", e.getCause());
    }
  }

  private void report(Origin origin, String path, String sentence) {
    problems.add(new Problem(origin, path, sentence));
  }
}
