package io.sluice.schemas.definitions;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A group of an SLO that has {@code groupBy}: an SLO of its own, whose id is the SLO's with the
 * group in brackets.
 *
 * @param sloId of the SLO in the file
 * @param text {@code http.route=/cart}
 * @param by what divides the SLO
 */
public record SloGroup(String sloId, String text, GroupBy by) {

  private static final char OPEN = '[';
  private static final char CLOSE = ']';

  /** The id of a group's SLO: {@code checkout[http.route=/cart]}. */
  public static String id(String sloId, String text) {
    return sloId + OPEN + text + CLOSE;
  }

  /**
   * What an id stands for now: an SLO of the files, or a group of one. Null when there is none; an
   * SLO with groups has no windows, budget or alerts itself.
   *
   * @param named finds an SLO of the files
   */
  public static @Nullable Slo find(String id, Function<String, @Nullable Slo> named) {
    Slo slo = named.apply(id);
    if (slo != null) {
      return slo.groupBy() == null ? slo : null;
    }
    Slo whole = whole(id, named);
    return whole == null ? null : whole.ofGroup(text(id));
  }

  /** The SLO of which an id is a group, by the keys that hold now; null for none. */
  public static @Nullable Slo whole(String id, Function<String, @Nullable Slo> named) {
    int open = id.indexOf(OPEN);
    if (open <= 0 || id.charAt(id.length() - 1) != CLOSE) {
      return null;
    }
    Slo slo = named.apply(id.substring(0, open));
    boolean isGroup = slo != null && slo.groupBy() != null && slo.groupBy().names(text(id));
    return isGroup ? slo : null;
  }

  /**
   * The text as alerts have it in the label {@code group}, which receivers show to people: nothing
   * in it becomes markup or a link.
   */
  public String label() {
    return by.withValues(text, GroupValue::label);
  }

  private static String text(String id) {
    return id.substring(id.indexOf(OPEN) + 1, id.length() - 1);
  }
}
