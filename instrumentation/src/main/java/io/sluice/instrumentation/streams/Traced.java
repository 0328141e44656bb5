package io.sluice.instrumentation.streams;

import java.util.Objects;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.Merger;
import org.apache.kafka.streams.kstream.Reducer;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A value with the contexts that it comes from, to be stored instead of the value. {@link
 * StreamSpans} makes it of a record and goes on from it; the functions here let aggregates and
 * joins of plain values work on it.
 *
 * <p>An aggregate remembers the last 32 different contexts and how many inputs there were, so a
 * store grows by less than 1 KiB for a key and window, whatever is aggregated. Immutable.
 *
 * @param <V> the value's type
 */
public final class Traced<V> {

  private final V value;
  private final Origins origins;

  Traced(V value, Origins origins) {
    this.value = value;
    this.origins = origins;
  }

  /** A value that comes from nowhere, such as an aggregate that begins. */
  public static <V> Traced<V> untraced(V value) {
    return new Traced<>(value, Origins.NONE);
  }

  /** To store such values with the serde of the plain ones. */
  public static <V> Serde<Traced<V>> serde(Serde<V> values) {
    return new TracedSerde<>(values);
  }

  /** Begins an aggregate. */
  public static <A> Initializer<Traced<A>> initializer(Initializer<A> initializer) {
    return () -> untraced(initializer.apply());
  }

  /** Aggregates values and where they come from. An aggregate that becomes null is deleted. */
  public static <K, V, A> Aggregator<K, Traced<V>, Traced<A>> aggregator(
      Aggregator<? super K, ? super V, A> aggregator) {
    return (key, added, aggregate) ->
        of(
            aggregator.apply(key, added.value, aggregate.value),
            aggregate.origins.and(added.origins));
  }

  /** Makes one session of two. */
  public static <K, A> Merger<K, Traced<A>> merger(Merger<? super K, A> merger) {
    return (key, one, other) ->
        of(merger.apply(key, one.value, other.value), one.origins.and(other.origins));
  }

  /** Reduces values and where they come from. What becomes null is deleted. */
  public static <V> Reducer<Traced<V>> reducer(Reducer<V> reducer) {
    return (reduced, added) ->
        of(reducer.apply(reduced.value, added.value), reduced.origins.and(added.origins));
  }

  /**
   * Joins values and where they come from: inner, left and outer. A value that is not there is null
   * for the joiner, as it is without this.
   */
  public static <L, R, J> ValueJoiner<Traced<L>, Traced<R>, Traced<J>> joiner(
      ValueJoiner<? super L, ? super R, J> joiner) {
    return (@Nullable Traced<L> left, @Nullable Traced<R> right) ->
        of(
            joiner.apply(left == null ? null : left.value, right == null ? null : right.value),
            originsOf(left).and(originsOf(right)));
  }

  private static Origins originsOf(@Nullable Traced<?> traced) {
    return traced == null ? Origins.NONE : traced.origins;
  }

  private static <V> @Nullable Traced<V> of(@Nullable V value, Origins origins) {
    return value == null ? null : new Traced<>(value, origins);
  }

  /** What is stored. */
  public V value() {
    return value;
  }

  /** Another value that comes from the same. */
  public <T> Traced<T> withValue(T other) {
    return new Traced<>(other, origins);
  }

  Origins origins() {
    return origins;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Traced<?> that
        && Objects.equals(value, that.value)
        && origins.equals(that.origins);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, origins);
  }

  /** Without the value, which may be anybody's. */
  @Override
  public String toString() {
    return "Traced[" + origins.count() + " inputs, " + origins.contexts().size() + " contexts]";
  }
}
