package io.sluice.console;

import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which stages run in any process, as Kafka knows it: by the members of their consumer groups.
 * Kafka is asked on a thread of its own, at most every five seconds, and only while somebody wants
 * to know. Safe for use by several threads.
 */
final class OtherStages implements AutoCloseable {

  /**
   * A stage that has read from Kafka.
   *
   * @param members consumers that are in its group now; 0 when it does not run
   * @param lag offsets that it has not committed, of what is committed by who wrote it; with marks
   *     of transactions; null when Kafka does not say it
   */
  record Stage(String name, String group, int members, @Nullable Long lag) {}

  /**
   * @param problem why nothing is known, null when Kafka answered
   */
  record Report(List<Stage> stages, @Nullable String problem) {}

  private static final Logger log = LoggerFactory.getLogger(OtherStages.class);
  private static final Duration KEPT = Duration.ofSeconds(5);
  private static final int TIMEOUT_MILLIS = 3_000;

  /** What an application with another version of its state is called. */
  private static final Pattern VERSION = Pattern.compile("(.+)-v(\\d{1,6})");

  private record Group(String id, int version, int members) {

    /**
     * One that runs, for both may be there after a way back; then the one with the newest state.
     */
    static Group current(Group one, Group other) {
      return Comparator.comparing((Group each) -> each.members > 0)
                  .thenComparingInt(Group::version)
                  .compare(one, other)
              >= 0
          ? one
          : other;
    }
  }

  private final KafkaConnection connection;
  private final LongSupplier ticks;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(OtherStages::daemon);
  private @Nullable CompletableFuture<Report> asked;
  private long askedAtMillis;
  private @Nullable Report last;
  private @Nullable Admin admin; // its thread's

  /**
   * @param ticks milliseconds that nobody can set
   */
  OtherStages(KafkaConnection connection, LongSupplier ticks) {
    this.connection = connection;
    this.ticks = ticks;
  }

  /** As it was some seconds ago; waits for Kafka for the first answer alone. */
  Report report() {
    CompletableFuture<Report> answer;
    synchronized (this) {
      long now = ticks.getAsLong();
      answer = asked;
      if (answer == null || (answer.isDone() && now - askedAtMillis >= KEPT.toMillis())) {
        last = answer == null ? null : answer.join();
        askedAtMillis = now;
        answer = CompletableFuture.supplyAsync(this::ask, thread);
        asked = answer;
      }
      if (!answer.isDone() && last != null) {
        return last;
      }
    }
    try {
      return answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return silent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return silent();
    }
  }

  private static Report silent() {
    return new Report(List.of(), "Kafka does not answer: which stages run is not known");
  }

  private Report ask() {
    try {
      return new Report(stages(admin()), null);
    } catch (ExecutionException | RuntimeException e) {
      log.debug("the groups of the stages cannot be read: {}", e.getMessage());
      return silent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return silent();
    }
  }

  private Admin admin() {
    Admin opened = admin;
    if (opened == null) {
      Map<String, Object> settings = connection.clientConfig();
      settings.put("client.id", "sluice-console-groups");
      settings.put("request.timeout.ms", TIMEOUT_MILLIS);
      settings.put("default.api.timeout.ms", TIMEOUT_MILLIS);
      opened = Admin.create(settings);
      admin = opened;
    }
    return opened;
  }

  private List<Stage> stages(Admin kafka) throws ExecutionException, InterruptedException {
    Map<String, Group> groups = groups(kafka);
    Map<String, ListConsumerGroupOffsetsSpec> wanted = new HashMap<>();
    groups.values().forEach(group -> wanted.put(group.id(), new ListConsumerGroupOffsetsSpec()));
    Map<String, Map<TopicPartition, OffsetAndMetadata>> committed =
        kafka.listConsumerGroupOffsets(wanted).all().get();
    Map<TopicPartition, Long> ends = ends(kafka, committed);
    List<Stage> stages = new ArrayList<>();
    groups.forEach(
        (stage, group) ->
            stages.add(
                new Stage(
                    stage,
                    group.id(),
                    group.members(),
                    lag(committed.getOrDefault(group.id(), Map.of()), ends))));
    return stages;
  }

  /** By stage. */
  private Map<String, Group> groups(Admin kafka) throws ExecutionException, InterruptedException {
    String prefix = connection.namespace().applicationId("");
    List<String> ids =
        kafka.listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
            .map(GroupListing::groupId)
            .filter(id -> id.startsWith(prefix))
            .toList();
    Map<String, Group> groups = new TreeMap<>();
    kafka
        .describeConsumerGroups(ids)
        .all()
        .get()
        .forEach(
            (id, about) -> {
              Matcher versioned = VERSION.matcher(id.substring(prefix.length()));
              boolean matches = versioned.matches();
              groups.merge(
                  matches ? versioned.group(1) : id.substring(prefix.length()),
                  new Group(
                      id,
                      matches ? Integer.parseInt(versioned.group(2)) : 1,
                      about.members().size()),
                  Group::current);
            });
    return groups;
  }

  private static Map<TopicPartition, Long> ends(
      Admin kafka, Map<String, Map<TopicPartition, OffsetAndMetadata>> committed)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    committed
        .values()
        .forEach(of -> of.keySet().forEach(each -> wanted.put(each, OffsetSpec.latest())));
    Map<TopicPartition, Long> ends = new HashMap<>();
    ListOffsetsResult found =
        kafka.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
    for (TopicPartition each : wanted.keySet()) {
      try {
        ends.put(each, found.partitionResult(each).get().offset());
      } catch (ExecutionException e) {
        log.debug("the end of {} is not known: {}", each, e.getMessage());
      }
    }
    return ends;
  }

  private static @Nullable Long lag(
      Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
    if (committed.isEmpty()) { // of topics that the console may not see, too
      return null;
    }
    long lag = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each : committed.entrySet()) {
      if (each.getValue() != null) {
        Long end = ends.get(each.getKey());
        if (end == null) {
          return null;
        }
        lag += Math.max(0, end - each.getValue().offset());
      }
    }
    return lag;
  }

  private static Thread daemon(Runnable work) {
    Thread made = new Thread(work, "console-groups");
    made.setDaemon(true);
    return made;
  }

  @Override
  public void close() {
    thread.execute(
        () -> {
          if (admin != null) {
            admin.close(Duration.ZERO);
          }
        });
    thread.shutdown();
  }
}
