package io.sluice.schemas.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a record's components say about keys, by reflection. */
final class Components {

  private Components() {}

  /** The key in the file: the component's name, or its {@code @JsonProperty}. */
  static String key(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  static String description(RecordComponent component) {
    JsonPropertyDescription text =
        component.getAccessor().getAnnotation(JsonPropertyDescription.class);
    return text == null ? "" : text.value();
  }

  static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  static @Nullable Object value(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  static Class<?> raw(Type type) {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    if (type instanceof Class<?> plain) {
      return plain;
    }
    throw new IllegalArgumentException("a setting cannot have the type " + type);
  }

  static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType generic) {
      return generic.getActualTypeArguments()[index];
    }
    throw new IllegalArgumentException("a setting cannot have the type " + type + " of anything");
  }

  /**
   * Whether values of this type can be read, and those of the records in it.
   *
   * @param seen records that are being looked at, as one may hold others of its kind
   * @throws IllegalArgumentException when they cannot
   */
  static void check(Type type, Set<Class<?>> seen) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      check(argument(type, 0), seen);
    } else if (raw == Map.class && argument(type, 0) == String.class) {
      check(argument(type, 1), seen);
    } else if (raw.isRecord() && !Scalars.handles(raw)) {
      if (seen.add(raw)) {
        for (RecordComponent component : raw.getRecordComponents()) {
          check(component.getGenericType(), seen);
        }
      }
    } else if (!Scalars.handles(raw)) {
      throw new IllegalArgumentException("a setting cannot have the type " + type.getTypeName());
    }
  }

  /** Completes "expected …". */
  static String expected(Type type) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      return "a list, each " + expected(argument(type, 0));
    }
    if (raw == Map.class) {
      return "keys with values, each " + expected(argument(type, 1));
    }
    return Scalars.handles(raw) ? Scalars.expected(raw) : "keys with values";
  }
}
