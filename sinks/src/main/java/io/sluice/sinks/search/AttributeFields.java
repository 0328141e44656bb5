package io.sluice.sinks.search;

import java.util.HashSet;
import java.util.Set;

/**
 * Which attributes have a field of their own in an index. As in Data Prepper's layout a dot in a
 * name becomes an at sign, so that {@code a} and {@code a.b} can be there side by side. The first
 * names have fields; those beyond the limit, and names that make no good field, are kept together
 * in one flattened field.
 */
final class AttributeFields {

  private static final int MAX_NAME = 256;

  private final Set<String> known;
  private final int limit;

  /**
   * @param known names of fields that the index has, as they are there
   * @param limit most fields
   */
  AttributeFields(Set<String> known, int limit) {
    this.known = new HashSet<>(known);
    this.limit = limit;
  }

  /**
   * Whether the attribute has a field of its own.
   *
   * @param prefix of the field: {@code log.attributes.} or another
   */
  boolean isOwn(String prefix, String name) {
    if (!isPlain(name)) {
      return false;
    }
    String field = prefix + fieldName(name);
    if (known.contains(field)) {
      return true;
    }
    return known.size() < limit && known.add(field);
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
