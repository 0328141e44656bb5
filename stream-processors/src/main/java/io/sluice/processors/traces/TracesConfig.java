package io.sluice.processors.traces;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.DataSize;
import java.time.Duration;

/** Settings of the trace assembler. */
public record TracesConfig(
    @JsonPropertyDescription(
            "How long a complete trace (root seen, every parent there) waits for siblings under way.")
        Duration settle,
    @JsonPropertyDescription("An incomplete trace is closed after so long without a new span.")
        Duration inactivity,
    @JsonPropertyDescription(
            "A trace that is still open is closed at this age, however busy it is.")
        Duration maxAge,
    @JsonPropertyDescription("A trace with so many spans is emitted in parts.") int maxSpans,
    @JsonPropertyDescription(
            "A trace of so many bytes is emitted in parts; earlier where sluice.traces takes smaller"
                + " records only.")
        DataSize maxBytes,
    @JsonPropertyDescription(
            "Open traces per partition; above it the oldest are closed early, counted as pressure.")
        int maxOpen,
    @JsonPropertyDescription(
            "Spans of all open traces per partition, some 80 bytes of memory each; above it the oldest"
                + " traces are closed early, counted as pressure.")
        int maxOpenSpans,
    @JsonPropertyDescription(
            "Bytes of the batches that open traces have spans in, kept on disk per partition and read"
                + " again after a restart; above it the oldest traces are closed early, counted as"
                + " pressure.")
        DataSize maxOpenBytes,
    @JsonPropertyDescription(
            "How much of the open traces' bytes is kept in memory per partition; the rest is read from"
                + " disk when a trace is closed.")
        DataSize memory,
    @JsonPropertyDescription(
            "How long a closed trace is remembered, to tell late spans from a new trace.")
        Duration remember,
    @JsonPropertyDescription(
            "Closed traces remembered per partition, about 32 bytes of memory each; above it the oldest"
                + " are forgotten early. Half as many spans of them are remembered, 32 bytes each, so"
                + " that one that comes again counts once.")
        int maxRemembered) {

  /** The spans in a record of a trace, which must fit a Kafka record with what else it says. */
  static final DataSize MAX_RECORD = DataSize.ofMiB(8);

  public TracesConfig {
    unless("settle", !settle.isNegative(), "zero or more", settle);
    unless("inactivity", inactivity.compareTo(settle) > 0, "more than settle", inactivity);
    unless("maxAge", maxAge.compareTo(inactivity) >= 0, "at least inactivity", maxAge);
    unless("maxSpans", maxSpans >= 1, "at least 1", maxSpans);
    unless(
        "maxBytes",
        maxBytes.bytes() >= 1024 && maxBytes.bytes() <= MAX_RECORD.bytes(),
        "1KiB to 8MiB",
        maxBytes);
    unless("maxOpen", maxOpen >= 1, "at least 1", maxOpen);
    unless("maxOpenSpans", maxOpenSpans >= 1, "at least 1", maxOpenSpans);
    unless("maxOpenBytes", maxOpenBytes.bytes() >= 1, "at least 1", maxOpenBytes);
    unless("memory", memory.bytes() >= 0, "zero or more", memory);
    unless("maxRemembered", maxRemembered >= 0, "zero or more", maxRemembered);
    unless("remember", !remember.isNegative(), "zero or more", remember);
  }

  public static TracesConfig defaults() {
    return new TracesConfig(
        Duration.ofMillis(500),
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        10_000,
        MAX_RECORD,
        200_000,
        1_000_000,
        DataSize.ofMiB(1024),
        DataSize.ofMiB(64),
        Duration.ofMinutes(30),
        1_000_000);
  }
}
