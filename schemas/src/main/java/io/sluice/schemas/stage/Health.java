package io.sluice.schemas.stage;

/**
 * Whether a component works now.
 *
 * @param live false when only a restart helps
 * @param ready whether it does its work now
 * @param detail one sentence for people: the state, and what is waited for
 * @param needed false for a part without which the process does its work, as somebody's plugin: it
 *     is shown and says nothing of the whole
 */
public record Health(boolean live, boolean ready, String detail, boolean needed) {

  public Health(boolean live, boolean ready, String detail) {
    this(live, ready, detail, true);
  }

  public static Health up(String detail) {
    return new Health(true, true, detail);
  }

  public static Health waiting(String detail) {
    return new Health(true, false, detail);
  }

  public static Health dead(String detail) {
    return new Health(false, false, detail);
  }

  /** The same of a part that the process can do without. */
  public Health notNeeded() {
    return new Health(live, ready, detail, false);
  }
}
