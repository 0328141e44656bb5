package io.sluice.processors.sli;

import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Adds the counts of one window up. */
final class WindowSum {

  private WindowSum() {}

  /** The window with the counts of a part of it; all else stays as it is. */
  static SliWindow.Builder of(SliWindow window, SliWindow part) {
    List<TraceId> badTraces = new ArrayList<>(window.getBadTraces());
    part.getBadTraces().forEach(trace -> BatchCount.addOnce(badTraces, trace));
    return SliWindow.newBuilder(window)
        .setGood(window.getGood() + part.getGood())
        .setTotal(window.getTotal() + part.getTotal())
        .setBadTraces(badTraces)
        .setContributors(
            new Contributors()
                .addAll(window.getContributors())
                .addAll(part.getContributors())
                .kept());
  }

  /** Keys in stores begin with the time, so that old windows come first. */
  static byte[] key(long startNanos, String sloId) {
    byte[] slo = sloId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + slo.length).putLong(startNanos).put(slo).array();
  }
}
