package io.sluice.alerts.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a body together with the time, so that a receiver knows who sent it and takes no old one
 * for new: HMAC-SHA256 of the seconds since 1970, a dot, and the body.
 */
final class Signature {

  static final String TIMESTAMP = "X-Sluice-Timestamp";
  static final String SIGNATURE = "X-Sluice-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  Signature(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  Map<String, String> headers(byte[] body, long epochSecond) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((epochSecond + ".").getBytes(StandardCharsets.US_ASCII));
      String hex = HexFormat.of().formatHex(mac.doFinal(body));
      return Map.of(TIMESTAMP, Long.toString(epochSecond), SIGNATURE, "v1=" + hex);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Signature";
  }
}
