package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attribute keys that a {@link SpanReader} looks for. Keys that mean the same (a name of the
 * semantic conventions and its former ones) share a slot. All slots are asked for before the first
 * reader is made.
 */
public final class AttributeKeys {

  private static final int BUCKETS = 512;

  /** One key and the slots that it may fill. */
  static final class Key {
    private final byte[] name;
    private final @Nullable Key next;
    private int[] slots = {};
    private int[] ranks = {};

    private Key(byte[] name, @Nullable Key next) {
      this.name = name;
      this.next = next;
    }

    int count() {
      return slots.length;
    }

    int slot(int i) {
      return slots[i];
    }

    /** 0 for the name that is preferred; a higher number gives way to a lower one. */
    int rank(int i) {
      return ranks[i];
    }

    private void fills(int slot, int rank) {
      slots = Arrays.copyOf(slots, slots.length + 1);
      ranks = Arrays.copyOf(ranks, ranks.length + 1);
      slots[slots.length - 1] = slot;
      ranks[ranks.length - 1] = rank;
    }
  }

  private final @Nullable Key[] table = new @Nullable Key[BUCKETS];
  private final Map<List<String>, Integer> slots = new HashMap<>();

  /**
   * The slot of an attribute.
   *
   * @param names its key; then others that are taken when it is absent, in this order
   */
  public int slot(String... names) {
    List<String> wanted = List.of(names);
    Integer known = slots.get(wanted);
    if (known != null) {
      return known;
    }
    int slot = slots.size();
    slots.put(wanted, slot);
    for (int rank = 0; rank < names.length; rank++) {
      key(names[rank].getBytes(StandardCharsets.UTF_8)).fills(slot, rank);
    }
    return slot;
  }

  /** How many slots there are. */
  public int size() {
    return slots.size();
  }

  @Nullable Key find(byte[] buf, int start, int end) {
    if (start == end) {
      return null;
    }
    Key key = table[bucket(buf, start, end)];
    while (key != null && !Arrays.equals(key.name, 0, key.name.length, buf, start, end)) {
      key = key.next;
    }
    return key;
  }

  private Key key(byte[] name) {
    if (name.length == 0) {
      throw new IllegalArgumentException("an attribute without a key cannot be looked for");
    }
    Key known = find(name, 0, name.length);
    if (known != null) {
      return known;
    }
    int bucket = bucket(name, 0, name.length);
    Key added = new Key(name, table[bucket]);
    table[bucket] = added;
    return added;
  }

  /** Keys of one namespace differ at their ends and in their length. */
  private static int bucket(byte[] buf, int start, int end) {
    int middle = buf[(start + end) >>> 1];
    return ((end - start) * 31 + middle * 7 + buf[end - 1] * 131) & (BUCKETS - 1);
  }
}
