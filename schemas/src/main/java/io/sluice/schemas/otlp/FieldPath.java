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

  private byte[] request = {};
  private @Nullable String[] names = new @Nullable String[16];
  private int[] keyStarts = new int[16];
  private int[] keyEnds = new int[16];
  private int size;
  private int resource;

  FieldPath() {}

  /** Position of the enclosing resource group in the request, from 0. */
  public int resource() {
    return resource;
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

  void begin(byte[] newRequest) {
    request = newRequest;
    size = 0;
    resource = -1;
  }

  void nextResource() {
    resource++;
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

  private void grow() {
    if (size == names.length) {
      names = Arrays.copyOf(names, size * 2);
      keyStarts = Arrays.copyOf(keyStarts, size * 2);
      keyEnds = Arrays.copyOf(keyEnds, size * 2);
    }
  }
}
