package io.sluice.processors.sanitize;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.settings.DataSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the sanitizer. What it looks for is in the redaction rules, not here. */
public record SanitizeConfig(
    @JsonPropertyDescription(
            "Largest value of a record on a clean topic. A larger request is cut between its"
                + " records; a single record over it is a dead letter. The default leaves room in"
                + " the 10MiB that Sluice's topics take for what later stages add.")
        DataSize maxRecordSize,
    @JsonPropertyDescription(
            "Length of the wall-clock windows to which the redaction ledger adds up its counts."
                + " Ten seconds tell a new leak from an old one and keep the ledger short.")
        Duration ledgerWindow,
    @JsonPropertyDescription(
            "Where the keys of redaction rules with the action tokenize are: file:PATH or env:NAME"
                + " (not SLUICE_…, which are settings). There stand one or more keys, each"
                + " ID=BASE64 of at least 32 bytes, with blanks or line ends between; the last is"
                + " the newest and is used. Read at the start and with each new rule set. Without"
                + " keys such rules are refused by apply, and redact where they hold already.")
        @Nullable String tokenKeys,
    @JsonPropertyDescription(
            "Whether log bodies that are JSON or logfmt become attributes. Their message becomes"
                + " the body; severity, trace ids and exceptions in them take their places.")
        boolean parseLogBodies,
    @JsonPropertyDescription(
            "Longest log body that is text. A longer one is cut and marked, and the attribute"
                + " sluice.body.length says how long it was.")
        DataSize maxLogBody) {

  /** Room for key, headers and the record's own frame. */
  private static final long FRAME_BYTES = 64 << 10;

  public SanitizeConfig {
    unless(
        "maxRecordSize",
        maxRecordSize.bytes() >= 1024
            && maxRecordSize.bytes() <= TopicAdmin.MAX_RECORD_BYTES - FRAME_BYTES,
        "1KiB to a little under 8MiB",
        maxRecordSize);
    unless(
        "ledgerWindow",
        ledgerWindow.compareTo(Duration.ofSeconds(1)) >= 0
            && ledgerWindow.compareTo(Duration.ofDays(1)) <= 0,
        "1s to 1d",
        ledgerWindow);
    unless(
        "tokenKeys",
        tokenKeys == null
            || (TokenKeys.isSource(tokenKeys) && !tokenKeys.startsWith("env:SLUICE_")),
        "file:PATH, or env:NAME with a name that does not begin with SLUICE_",
        "another");
    unless(
        "maxLogBody",
        maxLogBody.bytes() >= 256 && maxLogBody.bytes() <= TopicAdmin.MAX_RECORD_BYTES,
        "256B to 8MiB",
        maxLogBody);
  }

  public static SanitizeConfig defaults() {
    return new SanitizeConfig(
        DataSize.ofMiB(4), Duration.ofSeconds(10), null, true, DataSize.ofKiB(64));
  }
}
