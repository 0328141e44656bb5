package io.sluice.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The shop's switches: what is broken now. Safe for use by several threads. */
public final class Faults {

  private final Set<Fault> active = ConcurrentHashMap.newKeySet();

  Faults() {}

  /**
   * One switch.
   *
   * @param name what {@link Faults#activate} and {@link Faults#clear} take
   * @param description what it breaks and what can be seen then
   * @param active whether it is on
   */
  public record FaultStatus(String name, String description, boolean active) {}

  /**
   * Breaks the shop, from the next request on. Doing it twice changes nothing.
   *
   * @throws IllegalArgumentException for an unknown name, with the known ones in the message
   */
  public void activate(String name) {
    active.add(named(name));
  }

  /**
   * Makes it whole again.
   *
   * @throws IllegalArgumentException for an unknown name, with the known ones in the message
   */
  public void clear(String name) {
    active.remove(named(name));
  }

  /** All switches, in a fixed order. */
  public List<FaultStatus> list() {
    return Arrays.stream(Fault.values())
        .map(fault -> new FaultStatus(fault.label(), fault.description(), isActive(fault)))
        .toList();
  }

  /** The names of all switches. */
  public static List<String> names() {
    return Arrays.stream(Fault.values()).map(Fault::label).toList();
  }

  boolean isActive(Fault fault) {
    return active.contains(fault);
  }

  private static Fault named(String name) {
    for (Fault fault : Fault.values()) {
      if (fault.label().equals(name)) {
        return fault;
      }
    }
    throw new IllegalArgumentException("no such fault; there are " + String.join(", ", names()));
  }
}
