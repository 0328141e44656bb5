package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice dead-letters list|show|redrive}: what could not be processed, and another try. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "What could not be processed, and another try.",
    subcommands = {
      DeadLettersCommand.ListLetters.class,
      DeadLettersCommand.Show.class,
      DeadLettersCommand.Redrive.class
    })
public final class DeadLettersCommand {

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}"); // not to the terminal

  /** No stage sends their records on to dead letters. */
  private static final Set<Topic> UNREAD =
      Set.of(Topics.DEAD_LETTERS, Topics.DEFINITIONS, Topics.AUDIT);

  private static final Pattern ID = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

  /** {@code sluice dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "One line for each dead letter, oldest first; never its content.")
  static final class ListLetters implements Callable<Integer> {

    @Mixin private ClusterOptions options = new ClusterOptions();

    @Option(names = "--stage", paramLabel = "NAME", description = "Only those of one stage.")
    private @Nullable String stage;

    @Override
    public Integer call() {
      LoadedConfig loaded = options.load();
      if (options.printed(loaded)) {
        return 0;
      }
      TopicScan.readInOrder(
          ConfigOptions.connection(loaded),
          Topics.DEAD_LETTERS,
          this::line,
          line -> line.ifPresent(System.out::println));
      return 0;
    }

    private Optional<String> line(ConsumerRecord<byte[], byte[]> record) {
      DeadLetter letter;
      try {
        letter = letter(record);
      } catch (InvalidInputException e) { // anybody may have written it
        System.err.println("sluice: " + id(record) + " is no dead letter: " + e.getMessage());
        return Optional.empty();
      }
      if (stage != null && !stage.equals(letter.getStage())) {
        return Optional.empty();
      }
      String line =
          String.format(
              Locale.ROOT,
              "%s  %s  %s  %s  %s-%d@%d  %s",
              id(record),
              Instant.ofEpochMilli(letter.getTimestampMillis()),
              letter.getStage(),
              letter.getReason(),
              letter.getTopic(),
              letter.getPartition(),
              letter.getOffset(),
              letter.getMessage());
      return Optional.of(printable(line));
    }
  }

  /** {@code sluice dead-letters show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description =
          "Write the original bytes of one dead letter to standard output. They are not"
              + " sanitized.")
  static final class Show implements Callable<Integer> {

    @Mixin private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "As list prints it.")
    private String id = "";

    @Override
    public Integer call() {
      LoadedConfig loaded = options.load();
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      byte[] value = bytes(find(connection, id).getValue());
      if (value != null) {
        System.out.write(value, 0, value.length);
        System.out.flush();
      }
      return 0;
    }
  }

  /** {@code sluice dead-letters redrive}. */
  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description =
          "Send the original record to the topic that it came from, once more. Only to topics that"
              + " stages read.")
  static final class Redrive implements Callable<Integer> {

    @Mixin private ClusterOptions options = new ClusterOptions();

    @Parameters(arity = "1..*", paramLabel = "ID", description = "As list prints them.")
    private List<String> ids = List.of();

    @Override
    public Integer call() {
      Processors processors = options.processors();
      LoadedConfig loaded = options.load(processors);
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      List<Topic> known = TopicsCommand.allTopics(processors);
      try (AuditedWrite audited = new AuditedWrite(connection)) {
        for (String id : ids) {
          DeadLetter letter = find(connection, id);
          Topic topic = origin(id, letter, known, connection.namespace());
          if (topic.compacted()) {
            refuseOldState(connection, id, letter, topic);
          }
          audited.write(
              original(id, letter, topic, Instant.now()),
              "redrive",
              "dead letter " + id,
              "to " + letter.getTopic());
          System.out.println("sent " + id);
        }
      }
      return 0;
    }

    /**
     * A compacted topic keeps the last record of a key: an old one sent again would stand for how
     * things are, such as an alert that is long over.
     */
    private static void refuseOldState(
        KafkaConnection connection, String id, DeadLetter letter, Topic topic) {
      byte[] key = bytes(letter.getKey());
      TopicScan.read(
          connection,
          topic,
          record -> {
            if (record.partition() == letter.getPartition()
                && record.offset() > letter.getOffset()
                && Arrays.equals(record.key(), key)
                && !Arrays.equals(record.value(), bytes(letter.getValue()))) {
              throw new IllegalArgumentException(
                  "dead letter "
                      + id
                      + " is not sent: "
                      + letter.getTopic()
                      + " has a newer record of its key, which it would replace");
            }
          });
    }

    /** The record that a letter is about, to be sent again. */
    static ProducerRecord<byte[], byte[]> original(
        String id, DeadLetter letter, Topic topic, Instant now) {
      if (letter.getValue() == null || letter.getPartition() < 0) {
        throw new IllegalArgumentException(
            "dead letter "
                + id
                + " has no original record to send: "
                + printable(letter.getMessage()));
      }
      // The same partition: on the clean topics it is part of the contract.
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              letter.getTopic(),
              letter.getPartition(),
              arrivedMillis(letter, topic, now),
              bytes(letter.getKey()),
              bytes(letter.getValue()));
      letter
          .getHeaders()
          .forEach(header -> record.headers().add(header.getKey(), bytes(header.getValue())));
      return record;
    }

    /**
     * That of the original for a trace, whose documents OpenSearch has in the index of that day,
     * unless Kafka would delete it for its age. All else comes now: windows and series of then are
     * over. Null for now.
     */
    private static @Nullable Long arrivedMillis(DeadLetter letter, Topic topic, Instant now) {
      long millis = letter.getTimestampMillis();
      boolean isKept = millis > now.minus(topic.retention()).toEpochMilli();
      return topic.equals(Topics.TRACES) && isKept && millis <= now.toEpochMilli() ? millis : null;
    }
  }

  /**
   * The topic that a letter names. Whoever may write letters shall not choose by them what somebody
   * with more rights writes: not to other topics of the cluster, and not to what commands and the
   * console alone write, such as the redaction rules.
   *
   * @param known topics of Sluice and its processors
   * @throws IllegalArgumentException when no stage can have sent this letter
   */
  static Topic origin(String id, DeadLetter letter, List<Topic> known, Namespace namespace) {
    return known.stream()
        .filter(topic -> namespace.topic(topic).equals(letter.getTopic()))
        .filter(topic -> !UNREAD.contains(topic))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dead letter "
                        + id
                        + " is not sent: "
                        + printable(letter.getTopic())
                        + " is no topic from which a stage of this configuration sends dead"
                        + " letters; check namespace and plugins"));
  }

  private static String printable(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }

  private static DeadLetter find(KafkaConnection connection, String id) {
    Matcher place = ID.matcher(id);
    Optional<ConsumerRecord<byte[], byte[]>> found =
        place.matches()
            ? TopicScan.find(
                connection,
                Topics.DEAD_LETTERS,
                Integer.parseInt(place.group(1)),
                Long.parseLong(place.group(2)))
            : Optional.empty();
    return letter(
        found.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no dead letter " + id + "; 'sluice dead-letters list' prints the ids")));
  }

  private static DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new InvalidInputException(Reason.INVALID, "the record has no value");
    }
    return SERDE.decode(record.value());
  }

  /** The place in the dead letter topic. */
  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return record.partition() + "-" + record.offset();
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }
}
