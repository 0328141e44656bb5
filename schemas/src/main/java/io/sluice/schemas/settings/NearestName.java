package io.sluice.schemas.settings;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the right name that someone meant by a wrong one. */
public final class NearestName {

  /** Longer text is no misspelt name, and comparing takes time by its square. */
  private static final int LONGEST = 100;

  private NearestName() {}

  /**
   * The name that differs least from the wrong one, or null when none is near. Case, {@code -} and
   * {@code _} count for nothing; a swap of neighbours counts once.
   */
  public static @Nullable String of(String wrong, Collection<String> names) {
    if (wrong.length() > LONGEST) {
      return null;
    }
    String plain = plain(wrong);
    int best = Math.max(1, plain.length() / 3) + 1;
    String nearest = null;
    for (String name : names) {
      int distance = distance(plain, plain(name));
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return nearest;
  }

  /** {@code ; did you mean "x"?}, or what there is to choose from. */
  public static String hint(String wrong, Collection<String> names) {
    String nearest = of(wrong, names);
    return nearest != null
        ? "; did you mean \"" + nearest + "\"?"
        : "; known here: " + String.join(", ", names);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        least = Math.min(least, cost[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
      }
    }
    return cost[a.length()][b.length()];
  }
}
