package io.sluice.sinks.search;

import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ProtoReader;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** OTLP values as text: scalars as they are, nested ones as JSON. Bounded in depth. */
public final class LogText {

  private static final int MAX_DEPTH = 64;

  /** No double is written with more digits before its exponent, by browsers. */
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,21}(?:\\.\\d{1,25})?(?:[eE][+-]?\\d{1,3})?");

  private LogText() {}

  public static Map<String, String> of(AttributesView attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    attributes.forEach((key, value) -> texts.putIfAbsent(key, of(value)));
    return texts;
  }

  public static String of(AnyValueView value) {
    String scalar = value.scalarText();
    if (scalar != null) {
      return scalar;
    }
    StringBuilder out = new StringBuilder();
    append(value, out, 0);
    return out.toString();
  }

  /**
   * As what values are found that people write so. A floating-point number is {@code 5.0} or {@code
   * 1.0E10} here, and 5 or 10000000000 in a browser.
   *
   * @return the text itself, and for a number the one that a floating-point value has
   */
  public static Set<String> spellings(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return Set.of(text);
    }
    String number = Double.toString(Double.parseDouble(text));
    return number.equals(text) ? Set.of(text) : Set.of(text, number);
  }

  private static void append(AnyValueView value, StringBuilder out, int depth) {
    if (depth > MAX_DEPTH) {
      out.append("\"…\"");
      return;
    }
    switch (value.type()) {
      case EMPTY -> out.append(depth == 0 ? "" : "null");
      case STRING -> quote(value.payload().utf8(), out);
      case BOOL, INT, DOUBLE -> out.append(value.scalarText());
      case BYTES -> {
        String base64 = Base64.getEncoder().encodeToString(value.payload().toBytes());
        out.append('"').append(base64).append('"');
      }
      case ARRAY -> {
        out.append('[');
        ProtoReader in = value.payload().reader();
        String separator = "";
        while (in.next()) {
          if (in.field() == 1) {
            out.append(separator);
            append(new AnyValueView(in.slice()), out, depth + 1);
            separator = ",";
          }
        }
        out.append(']');
      }
      case KVLIST -> {
        out.append('{');
        String[] separator = {""};
        value
            .entries()
            .forEach(
                (key, entry) -> {
                  out.append(separator[0]);
                  quote(key, out);
                  out.append(':');
                  append(entry, out, depth + 1);
                  separator[0] = ",";
                });
        out.append('}');
      }
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
