package io.sluice.processors.sanitize;

import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.FieldPath;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves marked records out of a request: log records, spans, or points of metrics. The groups
 * around them stay, also when they become empty; a metric without points does not.
 */
final class RecordDropper {

  /**
   * Positions of what goes, {@link FieldPath#NONE} for all of them: with a resource alone all its
   * records are meant.
   */
  record Unit(int resource, int scope, int record, int point) {
    static Unit of(FieldPath path) {
      return new Unit(path.resource(), path.scope(), path.record(), path.point());
    }
  }

  private static final int ALL = FieldPath.NONE;
  private static final int GROUPS = 1;
  private static final int RECORDS = 2;
  private static final int POINTS = 1;

  private final Signal signal;
  private final Set<Unit> units;
  private final Consumer<Unit> dropped;

  /**
   * @param dropped told the unit for each record or point that goes
   */
  RecordDropper(Signal signal, Set<Unit> units, Consumer<Unit> dropped) {
    this.signal = signal;
    this.units = units;
    this.dropped = dropped;
  }

  /** A request that was walked before, without the records. */
  byte[] drop(byte[] request) {
    ProtoWriter out = new ProtoWriter(request.length);
    ProtoReader in = Slice.of(request).reader();
    int resource = 0;
    while (in.next()) {
      if (is(in, GROUPS)) {
        out.bytes(GROUPS, resourceGroup(in.slice(), resource++));
      } else {
        out.raw(in.wholeField());
      }
    }
    return out.toBytes();
  }

  private Slice resourceGroup(Slice group, int resource) {
    ProtoWriter out = new ProtoWriter(group.length());
    ProtoReader in = group.reader();
    int scope = 0;
    while (in.next()) {
      if (is(in, RECORDS)) {
        out.bytes(RECORDS, scopeGroup(in.slice(), resource, scope++));
      } else {
        out.raw(in.wholeField());
      }
    }
    return out.slice();
  }

  private Slice scopeGroup(Slice group, int resource, int scope) {
    ProtoWriter out = new ProtoWriter(group.length());
    ProtoReader in = group.reader();
    int record = 0;
    while (in.next()) {
      if (!is(in, RECORDS)) {
        out.raw(in.wholeField());
      } else if (signal == Signal.METRICS) {
        metric(in, resource, scope, record++, out);
      } else {
        Unit unit = unit(resource, scope, record++, ALL);
        if (unit == null) {
          out.raw(in.wholeField());
        } else {
          dropped.accept(unit);
        }
      }
    }
    return out.slice();
  }

  private void metric(ProtoReader field, int resource, int scope, int record, ProtoWriter group) {
    Unit whole = unit(resource, scope, record, ALL);
    ProtoWriter out = new ProtoWriter(field.end() - field.start());
    ProtoReader in = field.message();
    int point = 0;
    int left = 0;
    while (in.next()) {
      if (!isData(in)) {
        out.raw(in.wholeField());
        continue;
      }
      int number = in.field();
      ProtoWriter data = new ProtoWriter(in.end() - in.start());
      ProtoReader points = in.message();
      while (points.next()) {
        boolean isPoint = is(points, POINTS);
        Unit unit = isPoint ? unit(resource, scope, record, point++) : null;
        if (unit == null) {
          data.raw(points.wholeField());
          left += isPoint ? 1 : 0;
        } else {
          dropped.accept(unit);
        }
      }
      out.bytes(number, data.slice());
    }
    if (whole != null) {
      return;
    }
    if (left == point) {
      group.raw(field.wholeField());
    } else if (left > 0) {
      group.bytes(RECORDS, out.slice());
    }
  }

  /** The marked unit to which this belongs, the smallest first. */
  private @Nullable Unit unit(int resource, int scope, int record, int point) {
    Unit unit = new Unit(resource, scope, record, point);
    if (!units.contains(unit)) {
      unit = new Unit(resource, scope, record, ALL);
    }
    if (!units.contains(unit)) {
      unit = new Unit(resource, scope, ALL, ALL);
    }
    if (!units.contains(unit)) {
      unit = new Unit(resource, ALL, ALL, ALL);
    }
    if (!units.contains(unit)) {
      unit = new Unit(ALL, ALL, ALL, ALL); // a field beside all resources
    }
    return units.contains(unit) ? unit : null;
  }

  private static boolean is(ProtoReader in, int field) {
    return in.field() == field && in.wireType() == ProtoReader.LEN;
  }

  /** Gauge, sum, histogram, exponential histogram and summary: points are field 1 of each. */
  private static boolean isData(ProtoReader in) {
    return in.wireType() == ProtoReader.LEN
        && switch (in.field()) {
          case 5, 7, 9, 10, 11 -> true;
          default -> false;
        };
  }
}
