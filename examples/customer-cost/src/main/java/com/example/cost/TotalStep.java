package com.example.cost;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds up what customers cost. At most so many of them, and each for a day after its last trace. */
final class TotalStep implements Step {

  static final String STORE = "totals";

  private static final String OTHER = "other";
  private static final Duration KEPT = Duration.ofDays(1);

  private final int maxCustomers;
  private StepContext out;
  private KeyValueStore<String, SeriesPoint> store;

  /** How many the store has, so that nobody counts them for each record. */
  private int customers;

  TotalStep(int maxCustomers) {
    this.maxCustomers = maxCustomers;
  }

  @Override
  public void init(StepContext context) {
    out = context;
    store = context.store(STORE);
    try (KeyValueIterator<String, SeriesPoint> all = store.all()) {
      all.forEachRemaining(entry -> customers++);
    }
    context.every(Duration.ofHours(1), this::forget);
  }

  @Override
  public void process(InputRecord input) {
    String customer = new String(input.key(), StandardCharsets.UTF_8);
    double cost = Double.parseDouble(new String(input.value(), StandardCharsets.UTF_8));
    long now = TimeUnit.MILLISECONDS.toNanos(input.timestampMillis());
    SeriesPoint before = store.get(customer);
    if (before == null && customers >= maxCustomers) {
      customer = OTHER;
      before = store.get(OTHER);
    }
    if (before == null) {
      customers++;
    }
    SeriesPoint point =
        (before == null ? first(customer, now) : SeriesPoint.newBuilder(before))
            .setTimeUnixNano(before == null ? now : later(before, now))
            .setValue(cost + (before == null ? 0 : before.getValue()))
            .build();
    store.put(customer, point);
    out.send(Topics.SERIES, identity(point), CustomerCostProcessor.SERIES.encode(point));
  }

  /** One label more than the customer, as several partitions may have an "other". */
  private SeriesPoint.Builder first(String customer, long now) {
    return SeriesPoint.newBuilder()
        .setName("customer_cost_total")
        .setHelp("What the work of a customer's requests costs")
        .setType(SeriesType.COUNTER)
        .setLabels(Map.of("customer", customer, "partition", Integer.toString(out.partition())))
        .setStartTimeUnixNano(now);
  }

  private void forget() {
    long oldest = TimeUnit.MILLISECONDS.toNanos(out.clock().millis()) - KEPT.toNanos();
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, SeriesPoint> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.value.getTimeUnixNano() < oldest) {
              old.add(entry.key);
            }
          });
    }
    for (String customer : old) {
      out.send(Topics.SERIES, identity(store.delete(customer)), null);
      customers--;
    }
  }

  /** The times of a series rise: what is not newer than the point before is not written on. */
  private static long later(SeriesPoint before, long now) {
    return Math.max(now, before.getTimeUnixNano() + TimeUnit.MILLISECONDS.toNanos(1));
  }

  private static byte[] identity(SeriesPoint point) {
    return SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
  }
}
