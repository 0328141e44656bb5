package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

  private record Letter(String id, DeadLetter letter) {}

  /** {@code sluice dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "One line for each dead letter, oldest first; never its content.")
  static final class ListLetters implements Callable<Integer> {

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Option(names = "--stage", paramLabel = "NAME", description = "Only those of one stage.")
    private @Nullable String stage;

    @Override
    public Integer call() {
      LoadedConfig loaded = options.load(Processors.load());
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      for (Letter each : letters(connection)) {
        DeadLetter letter = each.letter();
        if (stage == null || stage.equals(letter.getStage())) {
          System.out.printf(
              "%s  %s  %s  %s  %s-%d@%d  %s%n",
              each.id(),
              Instant.ofEpochMilli(letter.getTimestampMillis()),
              letter.getStage(),
              letter.getReason(),
              letter.getTopic(),
              letter.getPartition(),
              letter.getOffset(),
              letter.getMessage());
        }
      }
      return 0;
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

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "ID", description = "As list prints it.")
    private String id = "";

    @Override
    public Integer call() {
      LoadedConfig loaded = options.load(Processors.load());
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      byte[] value = bytes(find(connection, id).letter().getValue());
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
      description = "Send the original record to the topic that it came from, once more.")
  static final class Redrive implements Callable<Integer> {

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Parameters(arity = "1..*", paramLabel = "ID", description = "As list prints them.")
    private List<String> ids = List.of();

    @Override
    public Integer call() {
      LoadedConfig loaded = options.load(Processors.load());
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      Map<String, Object> settings = connection.clientConfig();
      settings.put("acks", "all");
      settings.put("enable.idempotence", true);
      settings.put("max.request.size", TopicAdmin.MAX_DEAD_LETTER_BYTES);
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (String id : ids) {
          producer.send(original(find(connection, id))).get();
          System.out.println("sent " + id);
        }
      } catch (ExecutionException e) {
        throw new KafkaException("the record was not sent", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
      return 0;
    }

    private static ProducerRecord<byte[], byte[]> original(Letter found) {
      DeadLetter letter = found.letter();
      if (letter.getValue() == null || letter.getPartition() < 0) {
        throw new IllegalArgumentException(
            "dead letter "
                + found.id()
                + " has no original record to send: "
                + letter.getMessage());
      }
      // The same partition: on the clean topics it is part of the contract.
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              letter.getTopic(),
              letter.getPartition(),
              bytes(letter.getKey()),
              bytes(letter.getValue()));
      letter
          .getHeaders()
          .forEach(header -> record.headers().add(header.getKey(), bytes(header.getValue())));
      return record;
    }
  }

  private static Letter find(KafkaConnection connection, String id) {
    return letters(connection).stream()
        .filter(letter -> letter.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no dead letter " + id + "; 'sluice dead-letters list' prints the ids"));
  }

  /** The place in the dead letter topic is the id. */
  private static List<Letter> letters(KafkaConnection connection) {
    List<Letter> letters = new ArrayList<>();
    TopicScan.read(
        connection,
        Topics.DEAD_LETTERS,
        record ->
            letters.add(
                new Letter(
                    record.partition() + "-" + record.offset(), SERDE.decode(record.value()))));
    return letters;
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
