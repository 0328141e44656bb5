package io.sluice.ingest;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The certificate of the OTLP server. Files are read at the start. */
public record IngestTls(
    @JsonPropertyDescription(
            "PEM file of the certificate chain of both ports; empty for no TLS. Read at the start.")
        String certificateFile,
    @JsonPropertyDescription("PEM file of its key (PKCS #8, not encrypted).") String keyFile) {

  public IngestTls {
    unless(
        "keyFile",
        certificateFile.isEmpty() == keyFile.isEmpty(),
        "a file if there is a certificateFile, and none without",
        keyFile);
  }

  /** Plain text. */
  public static IngestTls none() {
    return new IngestTls("", "");
  }

  /** Whether there is TLS. */
  public boolean isOn() {
    return !certificateFile.isEmpty();
  }
}
