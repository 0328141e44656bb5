package io.sluice.schemas.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk through a request stands: names of OTLP fields and keys of attributes and maps,
 * without the wrapping of resources and scopes and without positions in lists: {@code log.body},
 * {@code span.attributes} and a key. Moves on with the walk. Keys come from outside and may hold
 * anything.
 */
public final class FieldPath {

  /** Groups inside each other: resources, scopes, records (logs, spans, metrics), points. */
  static final int LEVELS = 4;

  static final int RESOURCE = 0;
  static final int SCOPE = 1;
  static final int RECORD = 2;
  static final int POINT = 3;

  /** What positions are outside of their group. */
  public static final int NONE = -1;

  private byte[] request = {};
  private @Nullable String[] names = new @Nullable String[16];
  private int[] keyStarts = new int[16];
  private int[] keyEnds = new int[16];
  private int size;
  private final int[] counts = new int[LEVELS];
  private final int[] inside = new int[LEVELS];

  // The lists of attributes and maps around the place, the innermost last.
  private int[] listStarts = new int[16];
  private int[] listEnds = new int[16];
  private int[] listFields = new int[16];
  private int lists;

  FieldPath() {}

  /** Position of the enclosing resource group in the request, from 0; or {@link #NONE}. */
  public int resource() {
    return inside[RESOURCE];
  }

  /** Position of the enclosing scope in its resource group, from 0; or {@link #NONE}. */
  public int scope() {
    return inside[SCOPE];
  }

  /** Position of the enclosing log record, span or metric in its scope; or {@link #NONE}. */
  public int record() {
    return inside[RECORD];
  }

  /** Position of the enclosing data point in its metric, from 0; or {@link #NONE}. */
  public int point() {
    return inside[POINT];
  }

  /** Number of segments. */
  public int size() {
    return size;
  }

  /** The name of the OTLP field at a segment; null when it is a key. */
  public @Nullable String name(int segment) {
    return names[segment];
  }

  /** The key at a segment that has no name. */
  public Slice key(int segment) {
    return new Slice(request, keyStarts[segment], keyEnds[segment]);
  }

  /** How many lists of attributes, or maps, are around the place, inside each other. */
  public int lists() {
    return lists;
  }

  /** Where in the request the innermost of them begins. */
  public int listStart() {
    return listStarts[lists - 1];
  }

  /** The innermost of them. */
  public AttributesView list() {
    int last = lists - 1;
    return new AttributesView(
        new Slice(request, listStarts[last], listEnds[last]), listFields[last]);
  }

  void begin(byte[] newRequest) {
    request = newRequest;
    size = 0;
    lists = 0;
    Arrays.fill(counts, 0);
    Arrays.fill(inside, NONE);
  }

  /** Comes into the next group of a level. */
  void enter(int level) {
    inside[level] = counts[level]++;
    for (int deeper = level + 1; deeper < LEVELS; deeper++) {
      counts[deeper] = 0;
    }
  }

  /** Comes out of the group of a level. */
  void leave(int level) {
    inside[level] = NONE;
  }

  void push(String name) {
    grow();
    names[size++] = name;
  }

  void pushKey(int start, int end) {
    grow();
    names[size] = null;
    keyStarts[size] = start;
    keyEnds[size++] = end;
  }

  void pop() {
    size--;
  }

  /** Comes into the attributes of a message that are its field of this number. */
  void enterList(int start, int end, int field) {
    if (lists == listStarts.length) {
      listStarts = Arrays.copyOf(listStarts, lists * 2);
      listEnds = Arrays.copyOf(listEnds, lists * 2);
      listFields = Arrays.copyOf(listFields, lists * 2);
    }
    listStarts[lists] = start;
    listEnds[lists] = end;
    listFields[lists++] = field;
  }

  void leaveList() {
    lists--;
  }

  private void grow() {
    if (size == names.length) {
      names = Arrays.copyOf(names, size * 2);
      keyStarts = Arrays.copyOf(keyStarts, size * 2);
      keyEnds = Arrays.copyOf(keyEnds, size * 2);
    }
  }
}
