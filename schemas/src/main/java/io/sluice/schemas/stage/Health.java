package io.sluice.schemas.stage;

/**
 * Whether a component works now.
 *
 * @param live false when only a restart helps
 * @param ready whether it does its work now
 * @param detail one sentence for people: the state, and what is waited for
 */
public record Health(boolean live, boolean ready, String detail) {

  public static Health up(String detail) {
    return new Health(true, true, detail);
  }

  public static Health waiting(String detail) {
    return new Health(true, false, detail);
  }

  public static Health dead(String detail) {
    return new Health(false, false, detail);
  }
}
