package io.sluice.processors.traces;

import io.sluice.schemas.otlp.ProtoReader;
import java.util.Arrays;

/**
 * Where in a batch stands what is not spans: resources, scopes, schema urls, and what this build
 * does not know. Every trace of the batch gets its own copy, so the batch is walked for it once.
 *
 * <p>As numbers one after the other. For each scope group: where it ends, which resource it belongs
 * to, where the ranges of the resource end and those of the scope (as indices), and the ranges.
 */
final class BatchLayout {

  private int[] numbers = new int[16];
  private int size;

  private BatchLayout() {}

  /** Reads a batch that is known to be valid. */
  static int[] of(byte[] batch) {
    BatchLayout layout = new BatchLayout();
    ProtoReader request = new ProtoReader(batch, 0, batch.length);
    int resources = 0;
    while (request.next()) {
      if (request.field() == 1) {
        layout.addResource(batch, request.start(), request.end(), resources++);
      }
    }
    return Arrays.copyOf(layout.numbers, layout.size);
  }

  private void addResource(byte[] batch, int start, int end, int resource) {
    ProtoReader group = new ProtoReader(batch, start, end);
    ProtoReader scopes = new ProtoReader(batch, start, end);
    while (scopes.next()) {
      if (scopes.field() == 2) {
        int head = size;
        add(scopes.end());
        add(resource);
        add(0);
        add(0);
        addRest(group.over(batch, start, end));
        numbers[head + 2] = size;
        addRest(group.over(batch, scopes.start(), scopes.end()));
        numbers[head + 3] = size;
      }
    }
  }

  /** Fields other than 2, those that lie side by side as one range. */
  private void addRest(ProtoReader group) {
    boolean open = false;
    while (group.next()) {
      if (group.field() == 2) {
        open = false;
      } else if (open) {
        numbers[size - 1] = group.end();
      } else {
        add(group.tagStart());
        add(group.end());
        open = true;
      }
    }
  }

  private void add(int number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }
}
