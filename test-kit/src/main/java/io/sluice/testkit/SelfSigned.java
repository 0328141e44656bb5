package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A key and a certificate for 127.0.0.1 that it has signed itself, as PEM files.
 *
 * @param certificate its file, which is also what trusts it
 * @param key its file, in PKCS #8
 */
public record SelfSigned(Path certificate, Path key) {

  private static final char[] PASSWORD = "for-this-test".toCharArray();

  /**
   * Makes one with the JDK's keytool.
   *
   * @param name of whom it is, and of its files in the directory
   */
  public static SelfSigned make(Path directory, String name)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve(name + ".p12");
    Path output = directory.resolve(name + ".keytool.log");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool made no certificate: " + Files.readString(output));
    }
    KeyStore opened = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      opened.load(in, PASSWORD);
    }
    return new SelfSigned(
        write(
            directory.resolve(name + ".crt"),
            "CERTIFICATE",
            opened.getCertificate(name).getEncoded()),
        write(
            directory.resolve(name + ".key"),
            "PRIVATE KEY",
            opened.getKey(name, PASSWORD).getEncoded()));
  }

  private static Path write(Path file, String what, byte[] encoded) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
  }
}
