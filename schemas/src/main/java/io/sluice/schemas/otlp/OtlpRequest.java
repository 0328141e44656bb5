package io.sluice.schemas.otlp;

/**
 * Walks an OTLP request (one message of {@code resource_*}, each with {@code scope_*}, each with
 * records). The three signals have the same shape and field numbers: resources are field 1 of the
 * request; in each, field 1 is the resource and field 2 a scope group; in that, field 1 is the
 * scope and field 2 a record.
 */
public final class OtlpRequest {

  /** Gets each record with where it stands. */
  @FunctionalInterface
  public interface RecordVisitor {
    void visit(ResourceView resource, ScopeView scope, Slice record);
  }

  /** Gets each span with where it stands. */
  @FunctionalInterface
  public interface SpanVisitor {
    void visit(ResourceView resource, ScopeView scope, SpanView span);
  }

  /** Gets each log record with where it stands. */
  @FunctionalInterface
  public interface LogVisitor {
    void visit(ResourceView resource, ScopeView scope, LogRecordView log);
  }

  private static final Slice EMPTY = Slice.empty();

  private OtlpRequest() {}

  public static void forEachSpan(Slice request, SpanVisitor visitor) {
    forEachRecord(
        request, (resource, scope, span) -> visitor.visit(resource, scope, new SpanView(span)));
  }

  public static void forEachLog(Slice request, LogVisitor visitor) {
    forEachRecord(
        request, (resource, scope, log) -> visitor.visit(resource, scope, new LogRecordView(log)));
  }

  /** Every span, log record or metric of a request as its bytes. */
  public static void forEachRecord(Slice request, RecordVisitor visitor) {
    ProtoReader in = request.reader();
    while (in.next()) {
      if (in.field() == 1) {
        resourceGroup(in.slice(), visitor);
      }
    }
  }

  private static void resourceGroup(Slice group, RecordVisitor visitor) {
    ResourceView resource = new ResourceView(lastField(group, 1));
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        scopeGroup(resource, in.slice(), visitor);
      }
    }
  }

  private static void scopeGroup(ResourceView resource, Slice group, RecordVisitor visitor) {
    ScopeView scope = new ScopeView(lastField(group, 1));
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        visitor.visit(resource, scope, in.slice());
      }
    }
  }

  /** A message field may stand behind the records that it describes, so it is looked for first. */
  private static Slice lastField(Slice message, int field) {
    Slice found = EMPTY;
    ProtoReader in = message.reader();
    while (in.next()) {
      if (in.field() == field) {
        found = in.slice();
      }
    }
    return found;
  }
}
