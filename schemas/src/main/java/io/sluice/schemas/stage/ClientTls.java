package io.sluice.schemas.stage;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Which server is trusted, and who the client is. Files are read at the start. */
public record ClientTls(
    @JsonPropertyDescription("PEM file of the authorities to trust; empty for those of the JDK.")
        String caFile,
    @JsonPropertyDescription("PEM file of the client's own certificate chain; empty for none.")
        String certificateFile,
    @JsonPropertyDescription("PEM file of its key (PKCS #8, not encrypted).") String keyFile) {

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

  public ClientTls {
    unless(
        "keyFile",
        certificateFile.isEmpty() == keyFile.isEmpty(),
        "a file if there is a certificateFile, and none without",
        keyFile);
  }

  /** The authorities of the JDK, and no certificate of the client. */
  public static ClientTls none() {
    return new ClientTls("", "", "");
  }

  /**
   * The context of connections.
   *
   * @throws StartException with a sentence, when a file cannot be used
   */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException("tls cannot be used: " + e.getMessage(), e);
    }
  }

  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    if (caFile.isEmpty()) {
      return null;
    }
    KeyStore trusted = emptyStore();
    int number = 0;
    for (Certificate authority : certificates(caFile)) {
      trusted.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
    if (certificateFile.isEmpty()) {
      return null;
    }
    KeyStore own = emptyStore();
    char[] none = new char[0];
    own.setKeyEntry(
        "client", key(), none, certificates(certificateFile).toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own, none);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(read(file)));
    if (found.isEmpty()) {
      throw new IOException("no certificate in " + file);
    }
    return found;
  }

  private PrivateKey key() throws IOException, GeneralSecurityException {
    String pem = new String(read(keyFile), StandardCharsets.US_ASCII);
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(
          "no PKCS #8 key ("
              + BEGIN
              + ") in "
              + keyFile
              + "; openssl pkcs8 -topk8 -nocrypt makes one");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      }
    }
    throw new IOException("the key in " + keyFile + " is none of " + ALGORITHMS);
  }

  private static byte[] read(String file) throws IOException {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw new IOException("cannot read " + file, e);
    }
  }
}
