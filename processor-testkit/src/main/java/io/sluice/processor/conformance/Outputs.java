package io.sluice.processor.conformance;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a processor sent, dead letters aside. */
public final class Outputs {

  /**
   * One record.
   *
   * @param value null for one that takes its key back
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Sent(byte @Nullable [] key, byte @Nullable [] value) {

    String keyText() {
      return text(key);
    }

    static String text(byte @Nullable [] bytes) {
      return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
  }

  private final Map<Topic, List<Sent>> sent = new LinkedHashMap<>();

  Outputs() {}

  void add(Topic topic, List<Sent> records) {
    sent.computeIfAbsent(topic, any -> new ArrayList<>()).addAll(records);
  }

  /** The last value of each key, made readable; keys that were taken back are not in it. */
  public Map<String, Object> latest(Topic topic, Function<byte[], ?> reading) {
    Map<String, Object> latest = new TreeMap<>();
    for (Sent record : of(topic)) {
      if (record.value() == null) {
        latest.remove(record.keyText());
      } else {
        latest.put(record.keyText(), reading.apply(record.value()));
      }
    }
    return latest;
  }

  /** All values, made readable, in the order of their text: partitions have none among them. */
  public List<String> values(Topic topic, Function<byte[], ?> reading) {
    List<String> values = new ArrayList<>();
    for (Sent record : of(topic)) {
      if (record.value() != null) {
        values.add(String.valueOf(reading.apply(record.value())));
      }
    }
    values.sort(null);
    return values;
  }

  /** Everything as it came, in its order within each topic. */
  Map<String, List<String>> exact() {
    Map<String, List<String>> all = new TreeMap<>();
    sent.forEach(
        (topic, records) ->
            all.put(
                topic.name(),
                records.stream()
                    .map(record -> record.keyText() + "=" + Sent.text(record.value()))
                    .toList()));
    return all;
  }

  /** The latest or all values of every topic, by whether it keeps the last one of a key. */
  Object all() {
    Map<String, Object> all = new TreeMap<>();
    sent.keySet().stream()
        .filter(topic -> !topic.equals(Topics.DEAD_LETTERS))
        .forEach(
            topic ->
                all.put(
                    topic.name(),
                    topic.compacted() ? latest(topic, Sent::text) : values(topic, Sent::text)));
    return all;
  }

  boolean isEmpty() {
    return sent.values().stream().allMatch(List::isEmpty);
  }

  private List<Sent> of(Topic topic) {
    return sent.getOrDefault(topic, List.of());
  }
}
