package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Logs, spans, traces, the service map and the redaction ledger in OpenSearch 2.19 or 3. Documents
 * have ids that follow from where they came from, so what is sent twice is there once; where to
 * read on is noted in an index of its own when all documents before it are acknowledged. While the
 * cluster is away, who puts waits.
 */
public final class OpenSearchStore implements SearchStore {

  private static final String OFFSETS_ID = "search-sink";
  private static final int INDEXES_KNOWN = 32;

  /** Documents of which one query makes something, as in Lucene. */
  private static final long MOST_SCANNED = 5_000_000;

  private final OpenSearchClient client;
  private final OpenSearchClient reading;
  private final OpenSearchIndexes indexes;
  private final OpenSearchQueries queries;
  private final BulkDelivery delivery;
  private final BulkWriter writer;
  private final Duration retention;
  private final Counter shortened;
  private final CalledOperations calls = new CalledOperations();
  private final Map<String, AttributeFields> fields =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AttributeFields> eldest) {
          return size() > INDEXES_KNOWN;
        }
      };

  private OpenSearchStore(
      OpenSearchConfig config,
      Duration retention,
      Namespace namespace,
      MeterRegistry registry,
      long mostScanned) {
    this.retention = retention;
    shortened = SharedTexts.counter(registry);
    client = OpenSearchClient.forWriting(config);
    reading = OpenSearchClient.forReading(config);
    indexes = new OpenSearchIndexes(client, config, namespace);
    queries =
        new OpenSearchQueries(
            reading, indexes, () -> false, QueryMemory.Share.UNCOUNTED, mostScanned);
    BulkPace pace = new BulkPace(config.maxConcurrency());
    delivery = new BulkDelivery(client, pace, registry);
    writer = new BulkWriter(delivery, pace, config.maxConcurrency(), registry);
  }

  /**
   * A store on a cluster, which need not be there yet.
   *
   * @param retention how long what arrived is kept, to the day
   * @throws IllegalStateException when a file of the configuration cannot be used
   */
  public static OpenSearchStore open(
      OpenSearchConfig config, Duration retention, Namespace namespace, MeterRegistry registry) {
    return open(config, retention, namespace, registry, MOST_SCANNED);
  }

  static OpenSearchStore open(
      OpenSearchConfig config,
      Duration retention,
      Namespace namespace,
      MeterRegistry registry,
      long mostScanned) {
    return new OpenSearchStore(config, retention, namespace, registry, mostScanned);
  }

  @Override
  public LogPage logs(LogQuery query) {
    return queries.logs(query);
  }

  @Override
  public LogSummary summary(LogQuery query, int buckets) {
    return queries.summary(query, buckets);
  }

  @Override
  public Optional<LogContext> context(String id, LogQuery among, int lines) {
    return queries.context(id, among, lines);
  }

  @Override
  public TracePage traces(TraceQuery query) {
    return queries.traces(query);
  }

  @Override
  public Optional<StoredTrace> trace(String traceId) {
    return queries.trace(traceId);
  }

  @Override
  public List<String> services() {
    return queries.services();
  }

  @Override
  public List<Operation> operations(String service) {
    return queries.operations(service);
  }

  @Override
  public List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    return queries.serviceCalls(fromUnixNano, toUnixNano);
  }

  @Override
  public SearchReader until(BooleanSupplier stopped, QueryMemory.Share memory) {
    return queries.until(stopped, memory);
  }

  @Override
  public List<Redaction> redactions(RedactionQuery query) {
    return queries.redactions(query);
  }

  @Override
  public long logCount() {
    return queries.logCount();
  }

  /** Beyond 40,000 an estimate, a few in a hundred off. */
  @Override
  public long traceCount() {
    return queries.traceCount();
  }

  @Override
  public void put(LogEntry entry, DocumentSource source) {
    String index = indexes.index(Kind.LOGS, source.arrivedMillis());
    AttributeFields own = fields(index);
    writer.add(index, entry.id(), source, out -> OpenSearchDocuments.log(entry, own, out));
  }

  @Override
  public void put(Trace trace, DocumentSource source) {
    long arrived = source.arrivedMillis();
    String spans = indexes.index(Kind.SPANS, arrived);
    SpanDocuments documents = new SpanDocuments(trace, fields(spans), shortened);
    OtlpRequest.forEachSpan(
        Slice.of(trace.getOtlp().array()),
        (resource, scope, span) -> {
          documents.read(resource, scope, span);
          writer.add(spans, documents.id(), source, documents::write);
        });
    String id = TraceDocuments.id(trace);
    writer.add(
        indexes.index(Kind.TRACES, arrived),
        id,
        source,
        out -> OpenSearchDocuments.trace(trace, id, out));
    String map = indexes.index(Kind.SERVICE_MAP, arrived);
    long hour = CalledOperations.hour(arrived);
    calls.forEachNew(
        trace,
        arrived,
        (call, callId) -> {
          writer.add(
              map,
              callId + "-client",
              source,
              out -> OpenSearchDocuments.callOfClient(call, callId, hour, out));
          writer.add(
              map,
              callId + "-server",
              source,
              out -> OpenSearchDocuments.callOfServer(call, callId, hour, out));
        });
  }

  @Override
  public void put(Redaction redaction, DocumentSource source) {
    writer.add(
        indexes.index(Kind.REDACTIONS, source.arrivedMillis()),
        source.place(),
        source,
        out -> OpenSearchDocuments.redaction(redaction, source.place(), out));
  }

  private AttributeFields fields(String index) {
    AttributeFields known = fields.get(index);
    if (known == null) {
      known = reached(() -> indexes.fields(index));
      fields.put(index, known);
    }
    return known;
  }

  @Override
  public void settle() {
    writer.settle();
  }

  @Override
  public void commit(Map<TopicPartition, Long> next) {
    writer.settle();
    ObjectNode document = OpenSearchClient.JSON.createObjectNode();
    ObjectNode offsets = document.putObject("offsets");
    next.forEach((partition, offset) -> offsets.put(OffsetKey.of(partition), offset));
    reached(
        () ->
            OpenSearchIndexes.require(
                client.put("/" + indexes.offsets() + "/_doc/" + OFFSETS_ID, document)));
  }

  @Override
  public Map<TopicPartition, Long> committed() {
    calls.forget();
    return reached(
        () -> {
          indexes.install(retention.toMillis());
          if (client.get("/" + indexes.offsets()).status() == 404) {
            ObjectNode index = OpenSearchClient.JSON.createObjectNode();
            index.putObject("mappings").put("enabled", false);
            index.putObject("settings").put("index.auto_expand_replicas", "0-1");
            client.put("/" + indexes.offsets(), index);
          }
          Reply found =
              OpenSearchIndexes.require(
                  client.get("/" + indexes.offsets() + "/_doc/" + OFFSETS_ID), 404);
          Map<TopicPartition, Long> offsets = new HashMap<>();
          if (found.isOk()) {
            for (Map.Entry<String, JsonNode> each :
                found.json().path("_source").path("offsets").properties()) {
              offsets.put(OffsetKey.partition(each.getKey()), each.getValue().asLong());
            }
          }
          return offsets;
        });
  }

  /** Sends what is gathered; the cluster itself shows it within its refresh interval. */
  @Override
  public void refresh() {
    writer.flushIfIdle();
  }

  @Override
  public void deleteBefore(long storedMillis) {
    reached(
        () -> {
          indexes.deleteBefore(storedMillis);
          return true;
        });
  }

  @Override
  public @Nullable String trouble() {
    return delivery.trouble();
  }

  @Override
  public void close() {
    writer.close();
    client.close();
    reading.close();
  }

  private interface Asking<T> {
    T ask() throws IOException;
  }

  private <T> T reached(Asking<T> asking) {
    try {
      return asking.ask();
    } catch (SSLException e) {
      delivery.countRefused();
      throw new OpenSearchUnavailableException("OpenSearch refuses: TLS: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new OpenSearchUnavailableException("OpenSearch: " + e.getMessage(), e);
    } catch (OpenSearchUnavailableException e) {
      delivery.countRefused();
      throw e;
    }
  }
}
