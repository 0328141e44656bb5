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
import io.sluice.schemas.settings.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
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
  private final Supplier<OtlpSanitizer> rules;

  /**
   * @param rules asked for each batch, by one thread at a time
   */
  SanitizedLogs(LogRecordExporter exporter, Supplier<OtlpSanitizer> rules) {
    this.exporter = exporter;
    this.rules = rules;
  }

  /** Before this exporter, with the rules that Sluice ships. */
  public static LogRecordExporter before(LogRecordExporter exporter) {
    return before(
        exporter, RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));
  }

  /**
   * Before this exporter, with the rules of a file, or of all in a directory. They are read again
   * within a second of a change when records come; rules that cannot be used are said in the log,
   * and those before stay. Rules that tokenize redact, for the keys of tokens are the pipeline's.
   *
   * @throws ConfigurationException with every problem of the rules, when they cannot be used at the
   *     start
   * @throws UncheckedIOException when they cannot be read at the start
   */
  public static LogRecordExporter before(LogRecordExporter exporter, Path rules) {
    return new SanitizedLogs(exporter, new RuleFiles(rules, Clock.systemUTC()));
  }

  /**
   * Before this exporter, with rules from elsewhere, which hold until the service ends. Rules that
   * tokenize redact.
   *
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static LogRecordExporter before(LogRecordExporter exporter, RedactionRules rules) {
    OtlpSanitizer sanitizer = OtlpSanitizer.of(rules, TokenKeys.none());
    return new SanitizedLogs(exporter, () -> sanitizer);
  }

  @Override
  public CompletableResultCode export(Collection<LogRecordData> logs) {
    List<LogRecordData> clean = new ArrayList<>(logs.size());
    int refused = 0;
    OtlpSanitizer sanitizer = inForce();
    for (LogRecordData log : logs) {
      try {
        LogRecordData sanitized = sanitize(sanitizer, log);
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

  private synchronized OtlpSanitizer inForce() {
    return rules.get();
  }

  /** Null when a rule drops the record. */
  @SuppressWarnings("ArrayEquals") // the same array says that nothing was found
  private synchronized @Nullable LogRecordData sanitize(
      OtlpSanitizer sanitizer, LogRecordData log) {
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
