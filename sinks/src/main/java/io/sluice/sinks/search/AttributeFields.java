package io.sluice.sinks.search;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes have a field of their own in an index. As in Data Prepper's layout a dot in a
 * name becomes an at sign, so that {@code a} and {@code a.b} can be there side by side. The first
 * names have fields; those beyond the limit, and names that make no good field, are kept together
 * in one flattened field. Not safe for use by several threads.
 */
final class AttributeFields {

  private static final int MAX_NAME = 256;

  /** A field of its own, as it is written. */
  static final class Own {

    private final byte[] member;
    private long object;

    private Own(String field) {
      JsonBytes written = new JsonBytes(field.length() + 8);
      written.raw(",\"").content(field);
      member = written.raw("\":").toBytes();
    }
  }

  private final Set<String> known;
  private final Map<String, Map<String, Own>> written = new HashMap<>();
  private final int limit;
  private long object;

  /**
   * @param known names of fields that the index has, as they are there
   * @param limit most fields
   */
  AttributeFields(Set<String> known, int limit) {
    this.known = new HashSet<>(known);
    this.limit = limit;
  }

  /** Begins an object in which no attribute is written yet. */
  void begin() {
    object++;
  }

  /**
   * The attribute's own field.
   *
   * @param prefix of the field: {@code log.attributes.} or another
   * @return null when it has none
   */
  @Nullable Own own(String prefix, String name) {
    Map<String, Own> names = written.computeIfAbsent(prefix, unused -> new HashMap<>());
    Own own = names.get(name);
    if (own == null && isPlain(name)) {
      String field = prefix + fieldName(name);
      if (known.contains(field) || (known.size() < limit && known.add(field))) {
        own = new Own(field);
        names.put(name, own);
      }
    }
    return own;
  }

  /**
   * Writes the name of the field, with the comma before it, where the object does not have it yet.
   *
   * @return whether it was written: the value is next
   */
  boolean write(Own own, JsonBytes out) {
    if (own.object == object) {
      return false;
    }
    own.object = object;
    out.raw(own.member, 0, own.member.length);
    return true;
  }

  /** How many names have fields. */
  int size() {
    return known.size();
  }

  /** The last part of the field's name. */
  static String fieldName(String name) {
    return name.replace('.', '@');
  }

  /** The attribute of a field. */
  static String attributeName(String field) {
    return field.replace('@', '.');
  }

  private static boolean isPlain(String name) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '@' || c < ' ' || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
