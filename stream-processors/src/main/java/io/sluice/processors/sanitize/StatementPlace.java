package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.statements.Dialect;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.FieldPath;
import java.util.Arrays;

/**
 * In which attribute a walk through a request stands that holds a database's statement, and what
 * dialect it is in, as the attribute beside it says that names the system. Each list of attributes
 * is asked once, however many statements it holds. Not safe for use by several threads.
 */
final class StatementPlace {

  private static final String SYSTEM = "db.system.name";
  private static final String OLD_SYSTEM = "db.system";

  private static final int NOWHERE = 0;

  /** What lists were asked, one of each depth, and their answers. */
  private int[] lists = new int[4];

  private Dialect[] dialects = new Dialect[4];

  private int segments = NOWHERE;
  private int rule;
  private Dialect dialect = Dialect.UNKNOWN;

  /** Begins another request. */
  void begin() {
    Arrays.fill(lists, -1);
    segments = NOWHERE;
  }

  /**
   * Comes to an attribute or an entry of a map.
   *
   * @return whether it is inside a statement's attribute
   */
  boolean isAround(FieldPath entry) {
    boolean inside = covers(entry) && entry.size() > segments;
    segments = inside ? segments : NOWHERE;
    return inside;
  }

  /** Comes to an attribute that holds statements. */
  void enter(FieldPath attribute, int byRule) {
    segments = attribute.size();
    rule = byRule;
    dialect = dialect(attribute);
  }

  /** Whether what stands here is a statement. */
  boolean covers(FieldPath path) {
    return segments != NOWHERE && path.size() >= segments && path.name(segments - 1) == null;
  }

  /** The rule that takes the literals. */
  int rule() {
    return rule;
  }

  Dialect dialect() {
    return dialect;
  }

  private Dialect dialect(FieldPath path) {
    int depth = path.lists();
    if (depth >= lists.length) {
      int known = lists.length;
      lists = Arrays.copyOf(lists, depth * 2);
      dialects = Arrays.copyOf(dialects, depth * 2);
      Arrays.fill(lists, known, lists.length, -1);
    }
    if (lists[depth] != path.listStart()) {
      lists[depth] = path.listStart();
      dialects[depth] = dialect(path.list());
    }
    return dialects[depth];
  }

  private static Dialect dialect(AttributesView attributes) {
    String system = attributes.text(SYSTEM);
    return Dialect.of(system == null ? attributes.text(OLD_SYSTEM) : system);
  }
}
