package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The hits of a search one after the other, fetched so many at a time that a reply is small. How
 * large a hit is nobody knows before: the ones before it tell, and a slice that was too large is
 * asked for again as a smaller one.
 */
final class HitSlices {

  private static final int MAX_SLICE = 1000;

  private final OpenSearchSearch search;
  private final Kind kind;
  private final ObjectNode body;
  private int left;
  private int slice;
  private long room = OpenSearchSearch.SMALL_REPLY;
  private JsonNode hits = MissingNode.getInstance();
  private int next;
  private long total = -1;

  /**
   * @param body a search with an order that tells all hits apart; its size and place are set here
   * @param first hits of the first slice
   * @param limit most hits of all
   */
  HitSlices(OpenSearchSearch search, Kind kind, ObjectNode body, int first, int limit) {
    this.search = search;
    this.kind = kind;
    this.body = body;
    this.slice = first;
    this.left = limit;
  }

  /** The next hit, or null when there is no more. */
  @Nullable JsonNode next() {
    if (next == hits.size() && left > 0) {
      hits = MissingNode.getInstance(); // what it holds makes room for the next slice
      next = 0;
      hits = slice();
      left = hits.size() < body.path("size").asInt() ? 0 : left - hits.size();
    }
    if (next == hits.size()) {
      return null;
    }
    JsonNode hit = hits.get(next++);
    if (next == hits.size()) {
      body.set("search_after", hit.path("sort"));
      body.put("track_total_hits", false);
    }
    return hit;
  }

  /** Hits of the whole search, as far as the body asks to count; after the first {@link #next}. */
  long total() {
    return total;
  }

  private JsonNode slice() {
    while (true) {
      int size = Math.min(slice, left);
      body.put("size", size);
      try {
        JsonNode found = search.hits(kind, body, room);
        if (total < 0) {
          total = found.path("total").path("value").asLong();
        }
        int count = found.path("hits").size();
        if (count > 0) {
          expect(search.lastReply() / count);
        }
        return found.path("hits");
      } catch (ReplyTooLargeException e) {
        expect(e.bytes() / size);
        if (size == 1) {
          room = OpenSearchSearch.roomFor(e.bytes());
        }
      }
    }
  }

  /** So large is a hit, as far as is known. */
  private void expect(long bytes) {
    long fitting = OpenSearchSearch.SMALL_REPLY * 3L / 4 / Math.max(1, bytes);
    slice = (int) Math.max(1, Math.min(MAX_SLICE, fitting));
    room = slice > 1 ? OpenSearchSearch.SMALL_REPLY : OpenSearchSearch.roomFor(bytes);
  }
}
