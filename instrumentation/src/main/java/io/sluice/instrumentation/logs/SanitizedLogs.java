package io.sluice.instrumentation.logs;

import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.sluice.processors.sanitize.OtlpSanitizer;
import io.sluice.processors.sanitize.TokenKeys;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of log records in the service itself, with the engine and the rules of Sluice's
 * sanitizer: {@code .logExporter(SanitizedLogs.before(exporters.logs()))}. Bodies, attributes and
 * exceptions are what the pipeline would make of them, so its sanitizer has nothing left to do.
 *
 * <p>A record without secrets passes as it is. One that cannot be sanitized, or that a rule drops,
 * is not sent; the first makes the export fail. Safe for use by several threads, one at a time.
 */
public final class SanitizedLogs implements LogRecordExporter {

  private static final Logger LOG = Logger.getLogger(SanitizedLogs.class.getName());

  private final LogRecordExporter exporter;
  private final OtlpSanitizer sanitizer;

  private SanitizedLogs(LogRecordExporter exporter, OtlpSanitizer sanitizer) {
    this.exporter = exporter;
    this.sanitizer = sanitizer;
  }

  /** Before this exporter, with the rules that Sluice ships. */
  public static LogRecordExporter before(LogRecordExporter exporter) {
    return before(
        exporter, RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));
  }

  /**
   * Before this exporter, with other rules: {@code RedactionRules.read(path)}. Rules that tokenize
   * redact, for the keys of tokens are the pipeline's.
   *
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static LogRecordExporter before(LogRecordExporter exporter, RedactionRules rules) {
    return new SanitizedLogs(exporter, OtlpSanitizer.of(rules, TokenKeys.none()));
  }

  @Override
  public CompletableResultCode export(Collection<LogRecordData> logs) {
    List<LogRecordData> clean = new ArrayList<>(logs.size());
    int refused = 0;
    for (LogRecordData log : logs) {
      try {
        LogRecordData sanitized = sanitize(log);
        if (sanitized != null) {
          clean.add(sanitized);
        }
      } catch (RuntimeException e) {
        refused++; // never sent as it came; what is in it is not said either
      }
    }
    CompletableResultCode result =
        clean.isEmpty() ? CompletableResultCode.ofSuccess() : exporter.export(clean);
    if (refused == 0) {
      return result;
    }
    LOG.log(Level.WARNING, "{0} log records were not sent: they cannot be sanitized", refused);
    return CompletableResultCode.ofAll(List.of(result, CompletableResultCode.ofFailure()));
  }

  /** Null when a rule drops the record. */
  @SuppressWarnings("ArrayEquals") // the same array says that nothing was found
  private synchronized @Nullable LogRecordData sanitize(LogRecordData log) {
    byte[] request = encoded(log);
    byte[] clean = sanitizer.sanitize(Signal.LOGS, request, finding -> {});
    return clean == request ? log : SanitizedLog.of(log, clean);
  }

  private static byte[] encoded(LogRecordData log) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      LogsRequestMarshaler.create(List.of(log)).writeBinaryTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes bytes", e);
    }
    return bytes.toByteArray();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  @Override
  public String toString() {
    return "sanitized " + exporter;
  }
}
