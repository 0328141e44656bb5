package io.sluice.processors.spanmetrics;

import java.util.HashMap;
import java.util.Map;

/**
 * Learns which segments of names and paths vary: behind the same beginning, a segment that had many
 * values is taken for variable, and further values become {@code {var}}. Those that came before
 * keep their names. The first segment never varies, so that names of different things stay apart.
 *
 * <p>What was learned follows from the names that are in use, whatever the order in which they are
 * told, so it needs no state of its own.
 */
final class VariableSegments {

  static final String VARIABLE = "{var}";

  private static final class Node {
    private final Map<String, Node> next = new HashMap<>();
  }

  private final int maxValues;
  private final Node root = new Node();

  /**
   * @param maxValues how many values a segment may have before it is taken for variable
   */
  VariableSegments(int maxValues) {
    this.maxValues = maxValues;
  }

  /** The name with what is known to vary replaced. */
  String apply(String name) {
    StringBuilder out = new StringBuilder(name.length());
    Node node = root;
    int start = 0;
    while (start < name.length()) {
      int end = end(name, start);
      String segment = name.substring(start, end);
      Node next = node == null ? null : node.next.get(segment);
      if (next == null && node != null && varies(node)) {
        char separator = segment.charAt(0);
        segment = isSeparator(separator) ? separator + VARIABLE : VARIABLE;
        next = node.next.get(segment);
      }
      out.append(segment);
      node = next;
      start = end;
    }
    return out.toString();
  }

  /** Tells of a name that is in use. */
  void add(String name) {
    Node node = root;
    for (int start = 0; start < name.length(); ) {
      int end = end(name, start);
      node = node.next.computeIfAbsent(name.substring(start, end), segment -> new Node());
      start = end;
    }
  }

  private boolean varies(Node node) {
    return node != root
        && (node.next.size() >= maxValues
            || node.next.containsKey("/" + VARIABLE)
            || node.next.containsKey(" " + VARIABLE));
  }

  /** Where the segment ends that begins here: it has its separator before it. */
  private static int end(String name, int start) {
    int end = start + 1;
    while (end < name.length() && !isSeparator(name.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isSeparator(char c) {
    return c == '/' || c == ' ';
  }
}
