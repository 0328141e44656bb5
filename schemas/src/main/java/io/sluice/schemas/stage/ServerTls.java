package io.sluice.schemas.stage;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.io.File;
import java.util.function.BiFunction;

/** The certificate of a server. Files are read at the start. */
public record ServerTls(
    @JsonPropertyDescription(
            "PEM file of the certificate chain; empty for no TLS. Read at the start.")
        String certificateFile,
    @JsonPropertyDescription("PEM file of its key (PKCS #8, not encrypted).") String keyFile) {

  public ServerTls {
    unless(
        "keyFile",
        certificateFile.isEmpty() == keyFile.isEmpty(),
        "a file if there is a certificateFile, and none without",
        keyFile);
  }

  /** Plain text. */
  public static ServerTls none() {
    return new ServerTls("", "");
  }

  /** Whether there is TLS. */
  public boolean isOn() {
    return !certificateFile.isEmpty();
  }

  /**
   * What is made of the key and the certificate.
   *
   * @param setting the key that names the files, for messages
   * @throws StartException with a sentence, when they cannot be used
   */
  public <T> T use(String setting, BiFunction<File, File, T> making) {
    File certificate = new File(certificateFile);
    File key = new File(keyFile);
    try {
      return making.apply(key, certificate);
    } catch (RuntimeException e) {
      throw new StartException(
          setting + ": " + certificate + " and " + key + " cannot be used: " + e.getMessage(), e);
    }
  }
}
