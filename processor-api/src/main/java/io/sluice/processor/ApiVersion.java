package io.sluice.processor;

/**
 * The version of this API: {@code io.sluice.processor} and {@code io.sluice.schemas}. It grows with
 * every change that a processor compiled before would notice; while it begins with 0, the second
 * number says so, then the first. A plugin may name the one that it was built for in its jar's
 * manifest ({@link #MANIFEST_KEY}); one of another version is refused before it is loaded.
 */
public final class ApiVersion {

  /** This one. */
  public static final String CURRENT = "0.1";

  public static final String MANIFEST_KEY = "Sluice-Api-Version";

  private ApiVersion() {}

  /** Whether what was built for this version works with the current one. */
  public static boolean fits(String version) {
    return significant(version).equals(significant(CURRENT));
  }

  private static String significant(String version) {
    int end = version.indexOf('.', version.startsWith("0.") ? 2 : 0);
    return end < 0 ? version : version.substring(0, end);
  }
}
