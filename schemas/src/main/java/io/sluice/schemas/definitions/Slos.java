package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All SLOs that hold together.
 *
 * @param version the definition set's version; 0 for the shipped ones
 * @param slos in the order of the files
 */
public record Slos(long version, List<Slo> slos) {

  public Slos {
    slos = List.copyOf(slos);
  }

  /**
   * Reads and checks a set of the kind {@code slos}: documents of OpenSLO v1, and files of Sloth's
   * {@code prometheus/v1} over Sluice's own series.
   *
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  public static Slos of(DefinitionSet set) {
    return new Slos(set.getVersion(), new SloReader(set, false).read());
  }

  /**
   * Checks a set that is to be applied: as {@link #of}, and that the runbooks are there which it
   * names. A set that was applied by a build with others holds without them.
   *
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  static void check(DefinitionSet set) {
    var unused = new SloReader(set, true).read();
  }

  /** The SLO in the files with this id; null for none. */
  public @Nullable Slo find(String id) {
    for (Slo slo : slos) {
      if (slo.id().equals(id)) {
        return slo;
      }
    }
    return null;
  }
}
