package io.sluice.schemas.settings;

import java.util.List;
import java.util.Map;

/** A value in a YAML file, with the place where it stands. */
sealed interface YamlNode {

  Origin origin();

  /** What it is, for "expected …, got …". */
  String describe();

  record Mapping(Origin origin, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String describe() {
      return "a mapping";
    }
  }

  /**
   * @param key where the key stands
   */
  record Entry(Origin key, YamlNode value) {}

  record Sequence(Origin origin, List<YamlNode> items) implements YamlNode {
    @Override
    public String describe() {
      return "a list";
    }
  }

  record Scalar(Origin origin, String text) implements YamlNode {
    private static final int SHOWN = 60;

    @Override
    public String describe() {
      String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
      return '"' + shown.replace("\n", "\\n") + '"';
    }
  }

  /** A key without a value, or {@code null}. */
  record Nothing(Origin origin) implements YamlNode {
    @Override
    public String describe() {
      return "nothing";
    }
  }
}
