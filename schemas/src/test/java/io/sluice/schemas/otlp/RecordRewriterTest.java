package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.sluice.schemas.InvalidInputException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordRewriterTest {

  @Property(tries = 300)
  void putsRecordsInThePlaceOfOthers(@ForAll long seed, @ForAll @IntRange(max = 400) int growth)
      throws Exception {
    ExportLogsServiceRequest request = new RandomTelemetry(seed).logs();
    byte[] bytes = request.toByteArray();

    byte[] rewritten = new RecordRewriter(record -> changed(record.slice(), growth)).rewrite(bytes);

    assertThat(ExportLogsServiceRequest.parseFrom(rewritten)).isEqualTo(expected(request, growth));
  }

  @Property(tries = 100)
  void givesTheSameArrayWhenEveryRecordStays(@ForAll long seed) {
    byte[] bytes = new RandomTelemetry(seed).logs().toByteArray();
    assertThat(new RecordRewriter(record -> null).rewrite(bytes)).isSameAs(bytes);
  }

  @Test
  void refusesWhatIsNotProtobuf() {
    RecordRewriter rewriter = new RecordRewriter(record -> null);
    assertThatThrownBy(() -> rewriter.rewrite(new byte[] {10, 100}))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void readsTagsThatAreLongerThanNeedBe() throws Exception {
    byte[] record = LogRecord.newBuilder().setSeverityText("x").build().toByteArray();
    byte[] request = {
      (byte) 0x8a,
      0,
      (byte) (record.length + 6), // resource
      (byte) 0x92,
      (byte) 0x80,
      0,
      (byte) (record.length + 2), // scope
      0x12,
      (byte) record.length, // record
    };
    byte[] whole = Arrays.copyOf(request, request.length + record.length);
    System.arraycopy(record, 0, whole, request.length, record.length);

    byte[] rewritten = new RecordRewriter(slice -> changed(slice.slice(), 300)).rewrite(whole);

    assertThat(ExportLogsServiceRequest.parseFrom(rewritten))
        .isEqualTo(expected(ExportLogsServiceRequest.parseFrom(whole), 300));
  }

  /** Every record that has a text becomes longer; others stay. */
  private static @Nullable Slice changed(Slice record, int growth) {
    try {
      LogRecord log = LogRecord.parseFrom(record.toBytes());
      return log.getSeverityText().isEmpty() ? null : Slice.of(longer(log, growth).toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static LogRecord longer(LogRecord log, int growth) {
    return log.toBuilder().setEventName("e".repeat(growth)).build();
  }

  private static ExportLogsServiceRequest expected(ExportLogsServiceRequest request, int growth) {
    ExportLogsServiceRequest.Builder expected = request.toBuilder();
    for (ResourceLogs.Builder resource : expected.getResourceLogsBuilderList()) {
      for (ScopeLogs.Builder scope : resource.getScopeLogsBuilderList()) {
        for (int i = 0; i < scope.getLogRecordsCount(); i++) {
          if (!scope.getLogRecords(i).getSeverityText().isEmpty()) {
            scope.setLogRecords(i, longer(scope.getLogRecords(i), growth));
          }
        }
      }
    }
    return expected.build();
  }
}
