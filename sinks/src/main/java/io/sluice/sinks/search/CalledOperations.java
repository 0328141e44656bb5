package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The calls that a store has to note: each once an hour, though every trace repeats them. Not safe
 * for use by several threads.
 */
final class CalledOperations {

  static final long HOUR_MILLIS = 3_600_000;

  private static final int REMEMBERED = 10_000;

  private final Set<String> noted =
      Collections.newSetFromMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * Gives each call of a trace that was not given in the hour of its arrival before.
   *
   * @param note gets the call and its id, the same for the same call in the same hour
   */
  void forEachNew(Trace trace, long arrivedMillis, BiConsumer<CalledOperation, String> note) {
    long hour = hour(arrivedMillis);
    for (CalledOperation call : CalledOperation.of(trace)) {
      String id = hash(call) + "-" + hour;
      if (noted.add(id)) {
        note.accept(call, id);
      }
    }
  }

  /** Gives all again: what was noted may not have arrived. */
  void forget() {
    noted.clear();
  }

  /** Hours since 1970. */
  static long hour(long millis) {
    return Math.floorDiv(millis, HOUR_MILLIS);
  }

  /** Of all that a call consists of. */
  static String hash(CalledOperation call) {
    String all =
        String.join(
            "\0",
            call.client(),
            call.clientKind(),
            call.server(),
            call.serverKind(),
            call.operation(),
            call.traceGroup());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
