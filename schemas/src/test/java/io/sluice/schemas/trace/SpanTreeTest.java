package io.sluice.schemas.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpanTreeTest {

  @Test
  void ofNoSpansIsEmpty() {
    SpanTree tree = new Drawn().tree();

    assertThat(tree.size()).isZero();
    assertThat(tree.main()).isEqualTo(SpanTree.NONE);
    assertThat(ErrorOrigin.of(tree)).isEqualTo(SpanTree.NONE);
    assertThat(CriticalPath.of(tree)).isEmpty();
    assertThat(SelfTimes.of(tree)).isEmpty();
  }

  @Test
  void knowsParentsRootsAndOrphans() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 2, 1, 10, 20)
            .span("a", 1, 0, 0, 100)
            .span("a", 3, 9, 5, 20)
            .span("a", 4, 0, 50, 60)
            .tree();

    assertThat(tree.parent(0)).isEqualTo(1);
    assertThat(tree.roots()).isEqualTo(2);
    assertThat(tree.orphans()).isEqualTo(1);
    assertThat(tree.isOrphan(2)).isTrue();
    assertThat(tree.isOrphan(0) || tree.isOrphan(1)).isFalse();
    assertThat(tree.main()).isEqualTo(1);
  }

  @Test
  void beginsWithTheEarliestOrphanWhereTheRootIsMissing() {
    SpanTree tree = new Drawn().span("a", 2, 9, 10, 20).span("a", 3, 8, 5, 20).tree();

    assertThat(tree.main()).isEqualTo(1);
    assertThat(tree.roots()).isZero();
  }

  @Test
  void countsASpanThatIsThereTwiceOnceAndKeepsACollisionOfIds() {
    Drawn first = new Drawn(1_000).span("a", 1, 0, 0, 100).span("a", 2, 1, 0, 10);
    Drawn again =
        new Drawn(1_000).span("a", 2, 1, 0, 10).span("b", 2, 1, 0, 11).span("b", 2, 1, 0, 11);

    SpanTree tree = SpanTree.of(List.of(first.request(), again.request()));

    assertThat(tree.size()).isEqualTo(3);
    assertThat(tree.collisions()).isEqualTo(1);
    assertThat(tree.service(2)).isEqualTo("b");
  }

  @Test
  void countsARepetitionOfASpanWhoseIdCollidedOnceToo() {
    Drawn drawn = new Drawn(1_000);
    for (int end : new int[] {10, 11, 12, 11, 10, 12}) {
      drawn.span("a", 2, 1, 0, end);
    }

    assertThat(drawn.tree().size()).isEqualTo(3);
    assertThat(drawn.tree().collisions()).isEqualTo(2);
  }

  /** Looking through all of one id for each of them would take minutes. */
  @Test
  @Timeout(30)
  void takesAHundredThousandSpansOfOneId() {
    Drawn drawn = new Drawn(1_000);
    for (int end = 1; end <= 100_000; end++) {
      drawn.span("a", 1, 0, 0, end);
    }

    assertThat(drawn.tree().collisions()).isEqualTo(99_999);
  }

  @Test
  void cutsCyclesAndMarksThem() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 1, 1, 0, 100)
            .span("a", 2, 4, 20, 30)
            .span("a", 3, 2, 10, 30)
            .span("a", 4, 3, 15, 30)
            .span("a", 5, 4, 15, 30)
            .tree();

    assertThat(tree.cyclicSpans()).isEqualTo(4);
    assertThat(tree.isCyclic(0)).isTrue();
    assertThat(tree.isCyclic(4)).isFalse();
    assertThat(tree.parent(0)).isEqualTo(SpanTree.NONE);
    assertThat(tree.parent(2)).as("the earliest of the cycle").isEqualTo(SpanTree.NONE);
    assertThat(tree.parent(1)).isEqualTo(3);
    assertThat(tree.parent(4)).isEqualTo(3);
    assertThat(tree.orphans()).isZero();
  }

  @Test
  void movesACalleeIntoItsCallWithWhatIsBelowIt() {
    SpanTree tree =
        new Drawn()
            .span("shop", 1, 0, 1000, 2000)
            .kind(SpanKind.SPAN_KIND_CLIENT)
            .span("stock", 2, 1, 5000, 5600)
            .kind(SpanKind.SPAN_KIND_SERVER)
            .span("stock", 3, 2, 5100, 5200)
            .tree();

    assertThat(tree.start(1)).isEqualTo(1200);
    assertThat(tree.end(1)).isEqualTo(1800);
    assertThat(tree.start(2)).isEqualTo(1300);
    assertThat(tree.clockShift(2)).isEqualTo(-3800);
    assertThat(tree.span(2).startTimeUnixNano()).as("the original").isEqualTo(5100);
  }

  @Test
  void movesACalleeThatWorkedLongerThanItsCallerWaitedOnlyIfItBeganTooEarly() {
    SpanTree tree =
        new Drawn()
            .span("shop", 1, 0, 1000, 2000)
            .kind(SpanKind.SPAN_KIND_CLIENT)
            .span("slow", 2, 1, 1500, 9000)
            .span("early", 3, 1, 500, 3000)
            .tree();

    assertThat(tree.clockShift(1)).isZero();
    assertThat(tree.start(2)).isEqualTo(1000);
    assertThat(tree.end(2)).isEqualTo(3500);
  }

  @Test
  void leavesConsumersMinutesAfterTheirProducerWhereTheyAre() {
    SpanTree tree =
        new Drawn()
            .span("shop", 1, 0, 1000, 2000)
            .kind(SpanKind.SPAN_KIND_PRODUCER)
            .span("mail", 2, 1, 600_000, 600_500)
            .kind(SpanKind.SPAN_KIND_CONSUMER)
            .tree();

    assertThat(tree.clockShift(1)).isZero();
    assertThat(CriticalPath.of(tree)).containsExactly(1000, 0);
    assertThat(SelfTimes.of(tree)).containsExactly(1000, 500);
  }

  /** As instrumentations of functions name what a queue calls. */
  @Test
  void leavesAServerMinutesAfterTheProducerThatCausedItWhereItIs() {
    SpanTree tree =
        new Drawn()
            .span("shop", 1, 0, 1000, 2000)
            .kind(SpanKind.SPAN_KIND_PRODUCER)
            .span("function", 2, 1, 600_000, 600_500)
            .kind(SpanKind.SPAN_KIND_SERVER)
            .tree();

    assertThat(tree.clockShift(1)).isZero();
  }

  @Test
  void aSpanWithAnImpossibleTimeTakesNone() {
    SpanTree tree =
        new Drawn()
            .span("a", 1, 0, 1_000, 2_000)
            .span("a", 2, 1, 0, 1_500)
            .span("a", 3, 1, -1, 1_500)
            .span("a", 4, 1, 1_800, 1_200)
            .span("a", 5, 1, 1_800, -7)
            .tree();

    for (int i = 1; i < tree.size(); i++) {
      assertThat(tree.end(i)).isEqualTo(tree.start(i)).isBetween(1_000L, 2_000L);
    }
  }

  @Test
  void aSpanWithoutTimesIsWhereItsParentBeginsAndElseWhereTheTraceDoes() {
    SpanTree tree =
        new Drawn()
            .span("a", 1, 0, 1_000, 2_000)
            .span("b", 2, 1, 0, 0)
            .span("c", 3, 2, 1_200, 1_300)
            .span("b", 4, 2, 1_400, 1_500)
            .span("d", 5, 9, 0, 0) // its parent is missing
            .span("d", 6, 5, 1_600, 1_700)
            .span("e", 7, 5, 0, 0)
            .tree();

    assertThat(IntStream.range(0, 7).mapToLong(tree::start))
        .containsExactly(1_000L, 1_000L, 1_200L, 1_400L, 1_000L, 1_600L, 1_000L);
    assertThat(IntStream.range(0, 7).mapToLong(tree::end))
        .containsExactly(2_000L, 1_000L, 1_300L, 1_500L, 1_000L, 1_700L, 1_000L);
    assertThat(IntStream.range(0, 7).mapToLong(tree::clockShift)).containsOnly(0L);
  }

  @Test
  void findsTheDeepestFailingSpanAndNotThoseAboveIt() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 1, 0, 0, 100)
            .failing()
            .span("a", 2, 1, 0, 90)
            .span("b", 3, 2, 0, 80)
            .failing()
            .span("c", 4, 1, 0, 50)
            .failing()
            .tree();

    assertThat(ErrorOrigin.of(tree)).isEqualTo(2);
  }

  @Test
  void findsTheFirstThatEndedOfTwoFailingSpansSideBySide() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 1, 0, 0, 100)
            .failing()
            .span("b", 2, 1, 0, 90)
            .failing()
            .span("c", 3, 1, 40, 80)
            .failing()
            .tree();

    assertThat(ErrorOrigin.of(tree)).isEqualTo(2);
  }

  @Test
  void theCriticalPathGoesThroughTheChildrenThatEndedLast() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 1, 0, 0, 100)
            .span("b", 2, 1, 10, 40) // in the shadow of the next
            .span("c", 3, 1, 20, 60)
            .span("d", 4, 1, 70, 90)
            .span("d", 5, 4, 75, 95) // ends after its parent, but while the path is above
            .tree();

    assertThat(CriticalPath.of(tree)).containsExactly(10 + 10 + 10, 10, 40, 5, 15);
    assertThat(CriticalPath.longestFirst(CriticalPath.of(tree))).startsWith(2, 0);
  }

  @Test
  void selfTimeCountsChildrenThatRanAtTheSameTimeOnce() {
    SpanTree tree =
        new Drawn(1_000)
            .span("a", 1, 0, 0, 100)
            .span("b", 2, 1, 10, 40)
            .span("c", 3, 1, 20, 60)
            .span("d", 4, 1, 90, 150)
            .tree();

    assertThat(SelfTimes.of(tree)).containsExactly(100 - 50 - 10, 30, 40, 60);
  }

  /** Parents anywhere, itself and nobody included; times anywhere. */
  @Property(tries = 2000)
  void holdsForAnySpans(
      @ForAll @Size(max = 30) List<@IntRange(max = 32) Integer> parents,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(min = -5, max = 60) Long> times,
      @ForAll boolean atTheEdge) {
    Drawn drawn = new Drawn(1_000);
    SpanKind[] kinds = SpanKind.values();
    for (int i = 0; i < parents.size(); i++) {
      long start = times.get(i % times.size());
      long end = times.get(7 * i % times.size());
      long shift = atTheEdge && i % 3 == 0 ? Long.MAX_VALUE - 30 : 0;
      drawn
          .span("service " + i % 3, 1 + i, parents.get(i), start + shift, end + shift)
          .kind(kinds[parents.get(i) % 6]);
    }

    SpanTree tree = drawn.tree();

    assertThat(tree.size()).isEqualTo(parents.size());
    assertThat(tree.order()).doesNotHaveDuplicates().hasSize(tree.size());
    boolean[] seen = new boolean[tree.size()];
    for (int i : tree.order()) {
      assertThat(tree.parent(i) == SpanTree.NONE || seen[tree.parent(i)]).isTrue();
      assertThat(tree.start(i)).isNotNegative().isLessThanOrEqualTo(tree.end(i));
      seen[i] = true;
    }
    long onPath = 0;
    for (long nanos : CriticalPath.of(tree)) {
      assertThat(nanos).isNotNegative();
      onPath += nanos;
    }
    long[] self = SelfTimes.of(tree);
    for (int i = 0; i < tree.size(); i++) {
      assertThat(self[i]).isBetween(0L, tree.end(i) - tree.start(i));
    }
    if (tree.main() != SpanTree.NONE) {
      assertThat(onPath).isEqualTo(tree.end(tree.main()) - tree.start(tree.main()));
    }
  }
}
