package io.sluice.schemas.definitions;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two definitions of an SLO count the same: what it counts, what is good, what it is
 * counted in, and what groups it has. Words, the objective and the alerts are for whoever reads the
 * counts.
 */
public final class SloDigest {

  private static final int BYTES = 16;

  private SloDigest() {}

  /** In hex: the same in every process, and for as long as definitions mean the same. */
  public static String of(Slo slo) {
    StringBuilder text = new StringBuilder();
    append(text, slo.signal());
    append(text, slo.selector());
    append(text, slo.good());
    append(text, slo.budgeting());
    if (slo.groupBy() != null) {
      append(text, slo.groupBy());
    }
    byte[] hash = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  /** What is not given is left out, so that a key that comes with a new version changes nothing. */
  private static void append(StringBuilder text, Object value) {
    if (value instanceof Record record) {
      text.append(record.getClass().getSimpleName()).append('{');
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Object part = part(component, record);
        if (part != null) {
          text.append(component.getName()).append('=');
          append(text, part);
        }
      }
      text.append('}');
    } else if (value instanceof Map<?, ?> map) {
      text.append('{');
      new TreeMap<>(map)
          .forEach(
              (key, part) -> {
                append(text, key);
                append(text, part);
              });
      text.append('}');
    } else if (value instanceof Collection<?> list) {
      text.append('[');
      list.forEach(part -> append(text, part));
      text.append(']');
    } else {
      String plain = value instanceof Enum<?> constant ? constant.name() : value.toString();
      text.append(plain.length()).append(':').append(plain); // no text can pass for two
    }
  }

  private static @Nullable Object part(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
