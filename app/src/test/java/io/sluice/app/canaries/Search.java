package io.sluice.app.canaries;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.testkit.JsonPrinter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Searches whatever Sluice stores, through the readers of each format (most of it is compressed)
 * and as the bytes of its files. Raw topics and the original bytes in dead letters may hold
 * secrets: what is there is kept apart, under {@link #RESTRICTED}.
 */
public final class Search {

  /** The place of what is found where secrets may be. */
  public static final String RESTRICTED = "restricted";

  private static final AvroSerde<DeadLetter> DEAD_LETTERS =
      AvroSerde.of(DeadLetter.getClassSchema());
  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());

  private static final Map<String, Parser<? extends Message>> OTLP =
      Map.of(
          Topics.RAW_LOGS.name(), ExportLogsServiceRequest.parser(),
          Topics.RAW_SPANS.name(), ExportTraceServiceRequest.parser(),
          Topics.RAW_METRICS.name(), ExportMetricsServiceRequest.parser(),
          Topics.LOGS.name(), ExportLogsServiceRequest.parser(),
          Topics.SPANS.name(), ExportTraceServiceRequest.parser(),
          Topics.METRICS.name(), ExportMetricsServiceRequest.parser());

  private static final Set<String> RESTRICTED_TOPICS =
      Topics.all().stream()
          .filter(Topic::restricted)
          .map(Topic::name)
          .collect(Collectors.toUnmodifiableSet());

  private final Traces traces = new Traces();

  /** What to look for from now on. */
  public void add(Collection<Canary> canaries) {
    canaries.forEach(canary -> traces.add(canary.id(), canary.traces()));
  }

  /** Where something was found. */
  public Set<String> places(Canary canary) {
    return traces.places(canary.id());
  }

  public void text(String place, String text) {
    traces.look(place, text);
  }

  /** Every topic of the broker, those of Streams and of Kafka itself too. */
  public void topics(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (String topic :
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get()) {
        topic(bootstrapServers, topic);
      }
    }
  }

  public void topic(String bootstrapServers, String topic) {
    records(bootstrapServers, topic).forEach(record -> record(topic, record));
  }

  private void record(String topic, ConsumerRecord<byte[], byte[]> record) {
    String place = RESTRICTED_TOPICS.contains(topic) ? RESTRICTED : "topic " + topic;
    bytes(place, record.key());
    bytes(place, record.value());
    for (Header header : record.headers()) {
      text(place, header.key());
      bytes(place, header.value());
    }
    if (topic.equals(Topics.DEAD_LETTERS.name())) {
      deadLetter(record.value());
    }
    // Numbers are no text in protobuf, but will be in whatever shows them.
    if (OTLP.containsKey(topic)) {
      printed(place, OTLP.get(topic), record.value());
    } else if (topic.equals(Topics.TRACES.name())) {
      try {
        Trace trace = TRACES.decode(record.value());
        printed(place, ExportTraceServiceRequest.parser(), array(trace.getOtlp()));
      } catch (InvalidInputException e) {
        text(place, "no trace"); // poison
      }
    }
  }

  /** All of it but the original record. */
  private void deadLetter(byte[] value) {
    DeadLetter letter = DEAD_LETTERS.decode(value);
    text(
        "clear fields of dead letters",
        letter.getStage()
            + " "
            + letter.getReason()
            + " "
            + letter.getMessage()
            + " "
            + letter.getTopic());
  }

  private void printed(String place, @Nullable Parser<? extends Message> parser, byte[] request) {
    try {
      if (parser != null && request != null) {
        text(place, JsonPrinter.print(parser.parseFrom(request)));
      }
    } catch (InvalidProtocolBufferException e) {
      text(place, "no OTLP"); // poison
    }
  }

  /** What the topic holds, also what was written in transactions that ended badly. */
  private static List<ConsumerRecord<byte[], byte[]>> records(String servers, String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            servers,
            "isolation.level",
            "read_uncommitted",
            "enable.auto.commit",
            false,
            "exclude.internal.topics",
            false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** Every file below, except the broker's files of restricted topics. */
  public void files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        boolean restricted =
            RESTRICTED_TOPICS.stream()
                .anyMatch(topic -> inPartitionOf(topic, root.relativize(file)));
        if (!restricted) {
          bytes("file " + root.relativize(file), Files.readAllBytes(file));
        }
      }
    }
  }

  private static boolean inPartitionOf(String topic, Path file) {
    for (Path part : file) {
      if (part.toString().matches(Pattern.quote(topic) + "-[0-9]+(\\..*)?")) {
        return true;
      }
    }
    return false;
  }

  /** The stores of Kafka Streams: no process may have them open. */
  public void stores(Path root) throws Exception {
    RocksDB.loadLibrary();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isDirectory).toList()) {
        if (Files.exists(file.resolve("CURRENT"))) {
          store(file);
        }
      }
    }
  }

  private void store(Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options()) {
      RocksDB.listColumnFamilies(options, directory.toString())
          .forEach(name -> families.add(new ColumnFamilyDescriptor(name)));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB store = RocksDB.openReadOnly(options, directory.toString(), families, handles)) {
      for (ColumnFamilyHandle handle : handles) {
        try (RocksIterator each = store.newIterator(handle)) {
          for (each.seekToFirst(); each.isValid(); each.next()) {
            bytes("stores", each.key());
            bytes("stores", each.value());
          }
          each.status();
        }
      }
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  /** Stored fields, doc values and terms of all parts of a Lucene index. */
  public void index(Path root) throws IOException {
    try (Stream<Path> parts = Files.list(root)) {
      for (Path part : parts.filter(Files::isDirectory).toList()) {
        part(part);
      }
    }
  }

  private void part(Path root) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(root))) {
      for (LeafReaderContext leaf : reader.leaves()) {
        stored(leaf.reader());
        terms(leaf.reader());
      }
    }
  }

  private void stored(LeafReader leaf) throws IOException {
    for (int doc = 0; doc < leaf.maxDoc(); doc++) {
      for (IndexableField field : leaf.storedFields().document(doc)) {
        if (field.stringValue() != null) {
          text("index", field.stringValue());
        }
        BytesRef binary = field.binaryValue();
        if (binary != null) {
          bytes("index", BytesRef.deepCopyOf(binary).bytes);
        }
      }
    }
  }

  private void terms(LeafReader leaf) throws IOException {
    for (FieldInfo field : leaf.getFieldInfos()) {
      Terms terms = leaf.terms(field.name);
      if (terms == null) {
        continue;
      }
      TermsEnum each = terms.iterator();
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        bytes("index", BytesRef.deepCopyOf(term).bytes);
      }
    }
  }

  private void bytes(String place, byte @Nullable [] bytes) {
    if (bytes != null) {
      traces.look(place, bytes);
    }
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
