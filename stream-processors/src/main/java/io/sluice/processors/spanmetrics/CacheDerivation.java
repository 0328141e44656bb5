package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;
import java.util.Locale;
import java.util.Set;

/**
 * Reads of caches by result: of spans that say {@code cache.hit} or {@code cache.result}, and of
 * Redis and Memcached commands whose span says how much came back.
 */
final class CacheDerivation implements SpanDerivation {

  static final String HIT = "hit";
  static final String MISS = "miss";

  private static final Set<String> STORES = Set.of("redis", "valkey", "memcached");

  private static final Set<String> READS =
      Set.of("get", "gets", "mget", "getex", "getdel", "hget", "hmget", "hgetall", "getrange");

  /** Ask for several values at once. */
  private static final Set<String> MANY = Set.of("mget", "hmget", "gets");

  private final int name;
  private final int result;
  private final int hit;
  private final int cacheOperation;
  private final int system;
  private final int command;
  private final int rows;
  private final int asked;
  private final int namespace;
  private final SeriesTable gets;

  CacheDerivation(AttributeKeys keys, Tallies tallies) {
    name = keys.slot("cache.name", "cache");
    result = keys.slot("cache.result");
    hit = keys.slot("cache.hit");
    cacheOperation = keys.slot("cache.operation");
    system = keys.slot("db.system.name", "db.system");
    command = keys.slot("db.operation.name", "db.operation");
    rows = keys.slot("db.response.returned_rows");
    asked = keys.slot("db.operation.batch.size");
    namespace =
        keys.slot("cache.name", "server.address", "net.peer.name", "db.system.name", "db.system");
    gets = tallies.table(Metrics.CACHE_GETS);
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    if (fields.has(hit) || fields.has(result)) {
      said(span);
    } else if (fields.isNumber(rows) && fields.has(system)) {
      counted(span);
    }
  }

  private void said(MeasuredSpan span) {
    SpanReader fields = span.fields();
    if (fields.has(cacheOperation) && !READS.contains(lower(fields, cacheOperation))) {
      return;
    }
    String text = lower(fields, fields.has(result) ? result : hit);
    switch (text) {
      case HIT, "true" -> add(span, name, HIT, 1);
      case MISS, "false" -> add(span, name, MISS, 1);
      default -> {} // neither: an error, or a result of another kind
    }
  }

  private void counted(MeasuredSpan span) {
    SpanReader fields = span.fields();
    String read = lower(fields, command);
    double found = fields.number(rows);
    if (!STORES.contains(lower(fields, system))
        || !READS.contains(read)
        || !span.isPossible(found)) {
      return;
    }
    boolean many = MANY.contains(read);
    double wanted = many ? fields.number(asked) : 1;
    if (many && (!fields.isNumber(asked) || !span.isPossible(wanted))) {
      return; // how many were missed nobody says
    }
    double hits = Math.min(found, wanted);
    add(span, namespace, HIT, hits);
    add(span, namespace, MISS, wanted - hits);
  }

  private void add(MeasuredSpan span, int cache, String outcome, double times) {
    if (times > 0) {
      gets.begin().label(span.fields(), cache).label(outcome);
      gets.tally().add(times * span.weight(), span.endNanos());
    }
  }

  private static String lower(SpanReader fields, int slot) {
    return fields.text(slot).utf8().toLowerCase(Locale.ROOT);
  }
}
