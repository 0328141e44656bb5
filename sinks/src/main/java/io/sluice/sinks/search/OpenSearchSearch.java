package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a query asks the cluster, one request at a time. */
final class OpenSearchSearch {

  /** Whatever names senders invent, an answer has no more. */
  private static final int MAX_NAMES = 10_000;

  /** Shorter than the console waits, so that the answer can say what to do. */
  private static final int MAX_SECONDS = 7;

  /**
   * When the cluster gives up by itself what takes no notice of that: whoever stands between may
   * keep the connection that was closed to end it.
   */
  private static final String GIVEN_UP = MAX_SECONDS + 3 + "s";

  private static final int MAX_REASON = 300;

  /** Bytes of a reply that most queries need no more than. */
  static final int SMALL_REPLY = 1 << 20;

  /**
   * A reply is read, parsed and dropped before the next one: it costs half of what a byte costs
   * that becomes a part of the answer.
   */
  private static final int PARTS = 2;

  private final OpenSearchClient client;
  private final OpenSearchIndexes indexes;
  private final BooleanSupplier stopped;
  private final QueryMemory.Share memory;
  private final long mostScanned;
  private long lastReply;
  private long reserved;

  OpenSearchSearch(
      OpenSearchClient client,
      OpenSearchIndexes indexes,
      BooleanSupplier stopped,
      QueryMemory.Share memory,
      long mostScanned) {
    this.client = client;
    this.indexes = indexes;
    this.stopped = stopped;
    this.memory = memory;
    this.mostScanned = mostScanned;
  }

  /**
   * Before something is made of all that a query finds.
   *
   * @param body the query, with no size
   * @param what they are, for people
   * @throws TooMuchToScanException when there is more than one query looks at
   */
  void requireFew(Kind kind, ObjectNode body, String what) {
    ObjectNode counted = body.deepCopy();
    counted.put("track_total_hits", mostScanned + 1);
    if (hits(kind, counted).at("/total/value").asLong() > mostScanned) {
      throw new TooMuchToScanException(what, mostScanned);
    }
  }

  JsonNode hits(Kind kind, ObjectNode body) {
    return ask(kind, body).path("hits");
  }

  /**
   * @param room bytes of the reply
   * @throws ReplyTooLargeException when it is larger
   */
  JsonNode hits(Kind kind, ObjectNode body, long room) throws ReplyTooLargeException {
    return ask(kind, body, room).path("hits");
  }

  JsonNode ask(Kind kind, ObjectNode body) {
    long room = SMALL_REPLY;
    while (true) {
      try {
        return ask(kind, body, room);
      } catch (ReplyTooLargeException e) {
        room = roomFor(e.bytes());
      }
    }
  }

  /** For a reply that is about as large as one before. */
  static long roomFor(long bytes) {
    long more = Math.min(OpenSearchClient.MAX_REPLY, bytes + bytes / 8);
    return Math.max(SMALL_REPLY, Math.max(bytes, more));
  }

  private JsonNode ask(Kind kind, ObjectNode body, long room) throws ReplyTooLargeException {
    if (room > OpenSearchClient.MAX_REPLY) {
      throw new TooMuchToScanException(
          "the reply of OpenSearch is larger than "
              + (OpenSearchClient.MAX_REPLY >> 20)
              + " MiB: narrow from and to, or the filter");
    }
    reserve(room);
    try {
      Map<String, String> parameters = new HashMap<>(OpenSearchIndexes.lenient());
      parameters.put("cancel_after_time_interval", GIVEN_UP);
      Reply reply = client.search(indexes.all(kind), parameters, body, (int) room, stopped);
      lastReply = reply.body().length;
      reserve(lastReply);
      JsonNode answer = OpenSearchIndexes.require(reply).json();
      if (answer.path("timed_out").asBoolean()) {
        throw new TooMuchToScanException(
            "there is more than OpenSearch looks through in "
                + MAX_SECONDS
                + " s: narrow from and to, or the filter");
      }
      return whole(answer);
    } catch (ReplyTooLargeException e) {
      throw e;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /**
   * An answer without what is in a shard that did not answer looks as if that were not there. The
   * cluster counts one that has no copy now as neither successful nor failed.
   */
  private static JsonNode whole(JsonNode answer) {
    JsonNode shards = answer.path("_shards");
    int missing = shards.path("total").asInt() - shards.path("successful").asInt();
    if (missing > 0) {
      String why = shards.at("/failures/0/reason/reason").asText("");
      throw new OpenSearchUnavailableException(
          "OpenSearch: "
              + missing
              + " of "
              + shards.path("total").asInt()
              + " shards did not answer"
              + (why.isEmpty() ? "" : ": " + SharedTexts.within(MAX_REASON, why)));
    }
    return answer;
  }

  /** For this reply instead of the one before. */
  private void reserve(long bytes) {
    memory.give(reserved);
    reserved = 0;
    memory.take(bytes / PARTS);
    reserved = bytes / PARTS;
  }

  /** Bytes of the reply read last. */
  long lastReply() {
    return lastReply;
  }

  long count(Kind kind) {
    try {
      Reply reply = client.count(indexes.all(kind), OpenSearchIndexes.lenient());
      return whole(OpenSearchIndexes.require(reply).json()).path("count").asLong();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** The values of a field that begin so, most frequent first. */
  List<String> names(Kind kind, String field, String prefix) {
    ObjectNode body = body(0);
    ObjectNode terms = body.putObject("aggs").putObject("names").putObject("terms");
    terms.put("field", field).put("size", MAX_NAMES);
    if (!prefix.isEmpty()) {
      terms.put("include", literally(prefix) + "(.|\n)*");
    }
    List<String> names = new ArrayList<>();
    ask(kind, body)
        .at("/aggregations/names/buckets")
        .forEach(bucket -> names.add(bucket.path("key").asText()));
    return names;
  }

  /** As a regular expression of Lucene's. */
  private static String literally(String text) {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80 && c >= ' ' && !Character.isLetterOrDigit(c)) {
        expression.append('\\');
      }
      expression.append(c);
    }
    return expression.toString();
  }

  static ObjectNode body(int size) {
    ObjectNode body = OpenSearchClient.JSON.createObjectNode();
    body.put("size", size).put("timeout", MAX_SECONDS + "s");
    return body;
  }

  static void newestFirst(ObjectNode body) {
    sort(body, true);
  }

  static void sort(ObjectNode body, boolean newestFirst) {
    ArrayNode sort = body.putArray("sort");
    sort.addObject()
        .putObject("sluice.time")
        .put("order", newestFirst ? "desc" : "asc")
        .put("unmapped_type", "long");
    sort.addObject()
        .putObject("sluice.id")
        .put("order", newestFirst ? "asc" : "desc")
        .put("unmapped_type", "keyword");
  }

  static void term(ObjectNode bool, String field, @Nullable String value) {
    if (value != null) {
      bool.withArray("filter").addObject().putObject("term").put(field, value);
    }
  }

  static void times(ObjectNode bool, long from, long to) {
    if (from != Long.MIN_VALUE || to != Long.MAX_VALUE) {
      ObjectNode range = bool.withArray("filter").addObject().putObject("range");
      ObjectNode time = range.putObject("sluice.time").put("gte", from);
      if (to != Long.MAX_VALUE) {
        time.put("lt", to);
      }
    }
  }

  static byte[] record(JsonNode hit) {
    return Base64.getDecoder().decode(hit.path("_source").path("record").asText());
  }

  static String cursor(JsonNode sort) {
    return new PageCursor(sort.get(0).asLong(), sort.get(1).asText()).text();
  }

  /** What is sorted after it; null for the first page. */
  static @Nullable ArrayNode place(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    PageCursor page = PageCursor.parse(cursor);
    return OpenSearchClient.JSON.createArrayNode().add(page.timeUnixNano()).add(page.id());
  }

  private static OpenSearchUnavailableException unavailable(IOException e) {
    return new OpenSearchUnavailableException("OpenSearch: " + e.getMessage(), e);
  }
}
