package io.sluice.processors.spanmetrics;

import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.StatementRanking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which shapes of statements the services of an owner send to their databases: those that take most
 * time in all and those with the slowest call, over a sliding window of what arrived.
 *
 * <p>Exact as long as a service has no more than {@value #MAX_OF_DATABASE} shapes for one kind of
 * database, and all services together {@value #MAX}. Beyond, the lighter half of a database's
 * shapes becomes one, {@code __overflow__}, so that its totals stay right; a shape that comes back
 * has what came since.
 */
final class Statements {

  static final int MAX_OF_DATABASE = 1_000;
  static final int MAX = 10_000;

  /** Senders name the kind of database too. */
  private static final int MAX_DATABASES = 2_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private record Database(String service, String system) {}

  private record Key(Database database, String digest) {
    byte[] pack() {
      return new Packer().text(database.service).text(database.system).text(digest).toBytes();
    }
  }

  private static final class Shapes {
    private final Map<String, Statement> byDigest = new HashMap<>();
    private boolean changed = true;
    private long rankedPane;
  }

  /** A statement with what it has in the window. */
  private record Weighed(String digest, Statement statement, StatementCalls calls) {}

  private static final Comparator<Weighed> MOST_TIME =
      Comparator.comparingDouble((Weighed each) -> each.calls.seconds())
          .reversed()
          .thenComparing(Weighed::digest);

  private static final Comparator<Weighed> SLOWEST =
      Comparator.comparingDouble((Weighed each) -> each.calls.slowestSeconds())
          .reversed()
          .thenComparing(Weighed::digest);

  private final long paneMillis;
  private final int top;
  private final Map<Database, Shapes> databases = new HashMap<>();
  private final Set<Key> changed = new LinkedHashSet<>();
  private int size;

  /**
   * @param top so many of each order are told of
   */
  Statements(Duration window, int top) {
    this.paneMillis = window.toMillis() / Statement.PANES;
    this.top = top;
  }

  /** Takes one over that was stored; false when it cannot be read, and counts for nothing. */
  boolean restore(byte[] key, byte[] packed) {
    Statement statement = Statement.unpack(packed);
    if (statement != null) {
      Unpacker in = new Unpacker(key);
      put(new Database(in.text(), in.text()), in.text(), statement);
    }
    return statement != null;
  }

  /**
   * Adds what a batch has for a statement.
   *
   * @param labels of {@link Metrics#DATABASE_STATEMENT}, as they came
   * @param calls packed
   */
  void add(String service, List<String> labels, Unpacker calls, long arrivalMillis) {
    Database database = new Database(service, labels.get(0));
    if (!databases.containsKey(database) && databases.size() >= MAX_DATABASES) {
      database = new Database(service, SeriesKey.OVERFLOW);
    }
    String digest = labels.get(1);
    long pane = arrivalMillis / paneMillis;
    Shapes shapes = databases.get(database);
    Statement statement = shapes == null ? null : shapes.byDigest.get(digest);
    if (statement == null) {
      makeRoom(database, pane);
      statement = new Statement(labels.get(2));
      put(database, digest, statement);
    }
    statement.add(pane, calls);
    changed(database, digest);
  }

  /** Gives what changed since this was called last: the key in the store, and null for none. */
  void forEachChanged(Packer out, BiConsumer<byte[], byte @Nullable []> use) {
    for (Key key : changed) {
      Shapes shapes = databases.get(key.database);
      Statement statement = shapes == null ? null : shapes.byDigest.get(key.digest);
      use.accept(key.pack(), statement == null ? null : statement.pack(out));
    }
    changed.clear();
  }

  /**
   * Gives the rankings that are not as they were told last, and forgets what no window has any
   * more.
   *
   * @param use gets the name of the ranking, and null where there is nothing to rank any more
   */
  void rank(long nowMillis, BiConsumer<String, @Nullable StatementRanking> use) {
    long pane = nowMillis / paneMillis;
    List<Database> over = new ArrayList<>();
    databases.forEach(
        (database, shapes) -> {
          if (shapes.changed || shapes.rankedPane != pane) {
            List<Weighed> weighed = weigh(shapes, pane);
            forget(database, shapes, weighed);
            if (weighed.isEmpty()) {
              over.add(database);
            }
            use.accept(
                name(database),
                weighed.isEmpty() ? null : ranking(database, weighed, pane, nowMillis));
            shapes.changed = false;
            shapes.rankedPane = pane;
          }
        });
    over.forEach(databases::remove);
  }

  /** Those that have something in the window. */
  private static List<Weighed> weigh(Shapes shapes, long pane) {
    List<Weighed> weighed = new ArrayList<>();
    shapes.byDigest.forEach(
        (digest, statement) -> {
          StatementCalls calls = statement.window(pane);
          if (calls.calls() > 0) {
            weighed.add(new Weighed(digest, statement, calls));
          }
        });
    return weighed;
  }

  private void forget(Database database, Shapes shapes, List<Weighed> kept) {
    Set<String> gone = new HashSet<>(shapes.byDigest.keySet());
    kept.forEach(each -> gone.remove(each.digest));
    for (String digest : gone) {
      remove(database, shapes, digest);
    }
  }

  private StatementRanking ranking(
      Database database, List<Weighed> weighed, long pane, long nowMillis) {
    StatementCalls all = new StatementCalls();
    weighed.forEach(each -> all.merge(each.calls));
    weighed.sort(SLOWEST);
    Set<Weighed> told = new LinkedHashSet<>(weighed.subList(0, Math.min(top, weighed.size())));
    weighed.sort(MOST_TIME);
    told.addAll(weighed.subList(0, Math.min(top, weighed.size())));
    List<RankedStatement> statements = new ArrayList<>();
    for (Weighed each : weighed) {
      if (told.contains(each)) {
        statements.add(each.calls.toRecord(each.digest, each.statement.text()));
      }
    }
    return StatementRanking.newBuilder()
        .setService(database.service)
        .setDbSystem(database.system)
        .setStartTimeUnixNano((pane - Statement.PANES + 1) * paneMillis * NANOS_PER_MILLI)
        .setTimeUnixNano(nowMillis * NANOS_PER_MILLI)
        .setCalls(all.calls())
        .setErrors(all.errors())
        .setSeconds(all.seconds())
        .setShapeCount(weighed.size())
        .setStatements(statements)
        .build();
  }

  private void makeRoom(Database database, long pane) {
    Shapes shapes = databases.get(database);
    if (shapes != null && shapes.byDigest.size() >= MAX_OF_DATABASE) {
      fold(database, shapes, pane);
    } else if (size >= MAX) {
      databases.entrySet().stream()
          .max(Comparator.comparingInt(entry -> entry.getValue().byDigest.size()))
          .ifPresent(largest -> fold(largest.getKey(), largest.getValue(), pane));
    }
  }

  /** Makes one of the lighter half. Those with the slowest calls stay. */
  private void fold(Database database, Shapes shapes, long pane) {
    List<Weighed> weighed = new ArrayList<>();
    shapes.byDigest.forEach(
        (digest, statement) -> {
          if (!digest.equals(SeriesKey.OVERFLOW)) {
            weighed.add(new Weighed(digest, statement, statement.window(pane)));
          }
        });
    weighed.sort(SLOWEST);
    Set<Weighed> slowest = new HashSet<>(weighed.subList(0, Math.min(top, weighed.size() / 4)));
    weighed.sort(MOST_TIME);
    Statement rest = shapes.byDigest.get(SeriesKey.OVERFLOW);
    if (rest == null) {
      rest = new Statement(SeriesKey.OVERFLOW);
      put(database, SeriesKey.OVERFLOW, rest);
    }
    for (Weighed each : weighed.subList(weighed.size() / 2, weighed.size())) {
      if (!slowest.contains(each)) {
        rest.add(each.statement);
        remove(database, shapes, each.digest);
      }
    }
    changed(database, SeriesKey.OVERFLOW);
  }

  private void put(Database database, String digest, Statement statement) {
    databases.computeIfAbsent(database, none -> new Shapes()).byDigest.put(digest, statement);
    size++;
  }

  private void remove(Database database, Shapes shapes, String digest) {
    shapes.byDigest.remove(digest);
    size--;
    changed(database, digest);
  }

  private void changed(Database database, String digest) {
    changed.add(new Key(database, digest));
    Shapes shapes = databases.get(database);
    if (shapes != null) {
      shapes.changed = true;
    }
  }

  /** What the ranking of a database is called wherever it goes. */
  private static String name(Database database) {
    return SeriesIdentity.of(
        "statements", Map.of("service", database.service, "db_system", database.system));
  }
}
