package io.sluice.processors.sanitize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the matches of a regular expression as a graph: places with steps between them, a
 * set of bytes each. Every match is a way from the start to the end; not every way is a match.
 * Immutable.
 */
final class ByteSteps {

  /** A part of an expression. */
  sealed interface Part {}

  record OneByte(BitSet bytes) implements Part {}

  record InTurn(List<Part> parts) implements Part {}

  record OneOf(List<Part> parts) implements Part {}

  /**
   * A part several times.
   *
   * @param most -1 for any number of times
   */
  record Repeat(Part part, int least, int most) implements Part {}

  /** Of more repetitions than this it only counts that there are as many. */
  private static final int MAX_COUNTED = 32;

  private static final long MAX_PLACES = 2000;
  private static final int MAX_AROUND = 24;
  private static final BitSet ALL = new BitSet();

  static {
    ALL.set(0, 256);
  }

  private record Step(int from, int to, BitSet bytes) {}

  private final List<Step> steps = new ArrayList<>();

  /** For each place those that are reached from it without a byte, itself among them. */
  private final List<BitSet> free = new ArrayList<>();

  /** For each place those to which a step leads from it. */
  private final List<List<Integer>> next = new ArrayList<>();

  /** Places on every way, from the start to the end. */
  private final List<Integer> passes = new ArrayList<>();

  private int start;
  private int end;

  private ByteSteps() {}

  /** The graph; null when it would be very large. */
  static @Nullable ByteSteps of(Part part) {
    if (size(part) > MAX_PLACES) {
      return null;
    }
    ByteSteps made = new ByteSteps();
    made.start = made.place();
    made.end = made.add(part, made.start);
    for (int place = 0; place < made.free.size(); place++) {
      if (!made.endsWithout(place)) {
        made.passes.add(place);
      }
    }
    made.closeFree();
    return made;
  }

  /** Places on every way, from the start to the end; each by itself. */
  List<BitSet> passes() {
    return passes.stream().map(ByteSteps::only).toList();
  }

  private static BitSet only(int place) {
    BitSet one = new BitSet();
    one.set(place);
    return one;
  }

  /** The bytes in a row that every match has, of those that most texts do not have. */
  List<BitSet> rarest() {
    return passes().stream()
        .map(this::behind)
        .max(Comparator.comparingDouble(ByteSets::rarity))
        .orElseThrow();
  }

  /** The bytes that matches have. */
  BitSet bytes() {
    return bytesAfter(everywhere());
  }

  /** How many bytes a match has at least, or so many that it does not matter. */
  int shortest() {
    return behind(only(start)).size();
  }

  BitSet atStart() {
    return only(start);
  }

  BitSet atEnd() {
    return only(end);
  }

  /** All places. */
  BitSet everywhere() {
    BitSet all = new BitSet();
    all.set(0, free.size());
    return all;
  }

  boolean mayStart(BitSet places) {
    return reachedBackward(places).get(start);
  }

  boolean mayEnd(BitSet places) {
    return withFree(places).get(end);
  }

  /** Where one step from these places leads with one of these bytes. */
  BitSet after(BitSet places, BitSet bytes) {
    BitSet after = new BitSet();
    BitSet reached = withFree(places);
    for (Step step : steps) {
      if (reached.get(step.from) && step.bytes.intersects(bytes)) {
        after.set(step.to);
      }
    }
    return after;
  }

  /** From where one step leads to these places with one of these bytes. */
  BitSet before(BitSet places, BitSet bytes) {
    BitSet before = new BitSet();
    BitSet reached = reachedBackward(places);
    for (Step step : steps) {
      if (reached.get(step.to) && step.bytes.intersects(bytes)) {
        before.set(step.from);
      }
    }
    return before;
  }

  /** The bytes of the steps from these places. */
  BitSet bytesAfter(BitSet places) {
    return between(places, everywhere());
  }

  /** The bytes that stand behind these places on every way: the set of each, in their order. */
  List<BitSet> behind(BitSet places) {
    List<BitSet> sets = new ArrayList<>();
    BitSet at = places;
    while (sets.size() < MAX_AROUND && !mayEnd(at)) {
      BitSet next = after(at, ALL);
      sets.add(between(at, next));
      at = next;
    }
    return sets;
  }

  /** The bytes that stand before these places on every way, the closest first. */
  List<BitSet> before(BitSet places) {
    List<BitSet> sets = new ArrayList<>();
    BitSet at = places;
    while (sets.size() < MAX_AROUND && !mayStart(at)) {
      BitSet next = before(at, ALL);
      sets.add(between(next, at));
      at = next;
    }
    return sets;
  }

  /** The bytes of the steps from some of these places to some of those. */
  BitSet between(BitSet places, BitSet those) {
    BitSet bytes = new BitSet();
    BitSet from = withFree(places);
    BitSet to = reachedBackward(those);
    for (Step step : steps) {
      if (from.get(step.from) && to.get(step.to)) {
        bytes.or(step.bytes);
      }
    }
    return bytes;
  }

  /** With what is reached from these places without a byte. */
  BitSet withFree(BitSet places) {
    BitSet reached = new BitSet();
    places.stream().forEach(place -> reached.or(free.get(place)));
    return reached;
  }

  /** With that from which these are reached without a byte. */
  private BitSet reachedBackward(BitSet places) {
    BitSet reached = new BitSet();
    for (int place = 0; place < free.size(); place++) {
      if (free.get(place).intersects(places)) {
        reached.set(place);
      }
    }
    return reached;
  }

  private int place() {
    free.add(only(free.size()));
    next.add(new ArrayList<>());
    return free.size() - 1;
  }

  private void addFree(int from, int to) {
    free.get(from).set(to);
  }

  /** Adds a part behind a place; returns where it ends. */
  private int add(Part part, int from) {
    if (part instanceof OneByte one) {
      int to = place();
      steps.add(new Step(from, to, one.bytes()));
      next.get(from).add(to);
      return to;
    }
    if (part instanceof InTurn all) {
      int at = from;
      for (Part each : all.parts()) {
        at = add(each, at);
      }
      return at;
    }
    if (part instanceof OneOf any) {
      int to = place();
      for (Part each : any.parts()) {
        addFree(add(each, from), to);
      }
      return to;
    }
    return addRepeat((Repeat) part, from);
  }

  private int addRepeat(Repeat repeat, int from) {
    int at = from;
    int least = Math.min(repeat.least(), MAX_COUNTED);
    for (int i = 0; i < least; i++) {
      at = add(repeat.part(), at);
    }
    boolean counted = repeat.most() >= 0 && repeat.most() <= MAX_COUNTED;
    int to = place();
    addFree(at, to);
    if (!counted) {
      int loop = place();
      addFree(at, loop);
      int again = add(repeat.part(), loop);
      addFree(again, loop);
      addFree(again, to);
      return to;
    }
    for (int i = least; i < repeat.most(); i++) {
      at = add(repeat.part(), at);
      addFree(at, to);
    }
    return to;
  }

  private static long size(Part part) {
    if (part instanceof InTurn all) {
      return 1 + all.parts().stream().mapToLong(ByteSteps::size).sum();
    }
    if (part instanceof OneOf any) {
      return 1 + any.parts().stream().mapToLong(ByteSteps::size).sum();
    }
    return part instanceof Repeat repeat
        ? 2
            + size(repeat.part())
                * (Math.min(Math.max(repeat.least(), repeat.most()), MAX_COUNTED) + 1L)
        : 1;
  }

  /** Whether a way leads from the start to the end that avoids a place. */
  private boolean endsWithout(int avoided) {
    BitSet seen = new BitSet();
    seen.set(avoided);
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int at = open.pop();
      if (seen.get(at)) {
        continue;
      }
      seen.set(at);
      free.get(at).stream().forEach(open::push);
      open.addAll(next.get(at));
    }
    return avoided != end && avoided != start && seen.get(end);
  }

  /** What is free in several goes is free in one. */
  private void closeFree() {
    for (boolean changed = true; changed; ) {
      changed = false;
      for (BitSet places : free) {
        int before = places.cardinality();
        BitSet more = new BitSet();
        places.stream().forEach(place -> more.or(free.get(place)));
        places.or(more);
        changed |= places.cardinality() > before;
      }
    }
  }
}
