package io.sluice.schemas.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of value that stand in one piece of text. */
final class Scalars {

  private Scalars() {}

  static boolean handles(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == double.class
        || type == boolean.class
        || type == String.class
        || type == Integer.class
        || type == Long.class
        || type == Double.class
        || type == Boolean.class
        || type == Duration.class
        || type.isEnum()
        || factory(type) != null;
  }

  /** Completes "expected …". */
  static String expected(Class<?> type) {
    if (type == String.class) {
      return "text";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type.isPrimitive() || type == Integer.class || type == Long.class) {
      return "a whole number";
    } else if (type == Duration.class) {
      return "a duration such as 500ms, 10s, 5m, 6h or 30d";
    } else if (type == DataSize.class) {
      return "a size such as 512B, 64KiB, 8MiB or 1GiB";
    } else if (type == OneOrMore.class) {
      return "text, or a list of texts";
    } else if (type.isEnum()) {
      return "one of " + String.join(", ", names(type));
    }
    return "a valid " + type.getSimpleName();
  }

  /**
   * @throws IllegalArgumentException when the text is no such value; the message counts only when
   *     it is an {@link InvalidSettingException}'s
   */
  static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == boolean.class || type == Boolean.class) {
      return bool(text);
    } else if (type == int.class || type == Integer.class) {
      return Integer.parseInt(text);
    } else if (type == long.class || type == Long.class) {
      return Long.parseLong(text);
    } else if (type == double.class || type == Double.class) {
      return finite(Double.parseDouble(text));
    } else if (type == Duration.class) {
      return DurationText.parse(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    return create(type, text);
  }

  /** The text that {@link #parse} reads back. */
  static String format(Object value) {
    if (value instanceof Duration duration) {
      return DurationText.format(duration);
    }
    return value instanceof Enum<?> constant ? name(constant) : value.toString();
  }

  /** Enum constants as files write them: {@code truncate-ip}. */
  static List<String> names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> name((Enum<?>) c)).toList();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object constant(Class<?> type, String text) {
    String wanted = text.toLowerCase(Locale.ROOT).replace('_', '-');
    for (Object constant : type.getEnumConstants()) {
      if (name((Enum<?>) constant).equals(wanted)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no such name");
  }

  private static boolean bool(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException("neither true nor false");
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("no finite number");
    }
    return value;
  }

  private static @Nullable Method factory(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isStatic(method.getModifiers())
          && method.isAnnotationPresent(JsonCreator.class)
          && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class})) {
        return method;
      }
    }
    return null;
  }

  private static Object create(Class<?> type, String text) {
    Method factory = factory(type);
    if (factory == null) {
      throw new IllegalStateException("a setting cannot have the type " + type);
    }
    try {
      factory.setAccessible(true);
      return factory.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("cannot create " + type, e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot create " + type, e);
    }
  }
}
