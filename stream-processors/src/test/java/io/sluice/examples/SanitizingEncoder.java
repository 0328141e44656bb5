package io.sluice.examples;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EchoEncoder;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.sluice.processors.sanitize.TextSanitizer;

/**
 * A Logback encoder around another one: takes the secrets out of all that it writes, be it message,
 * arguments, MDC or stack trace. When it fails, Logback writes nothing of the event.
 */
public final class SanitizingEncoder extends EncoderBase<ILoggingEvent> {

  private final TextSanitizer sanitizer = TextSanitizer.shipped();
  private Encoder<ILoggingEvent> encoder = new EchoEncoder<>();

  public void setEncoder(Encoder<ILoggingEvent> encoder) {
    this.encoder = encoder;
  }

  @Override
  public byte[] headerBytes() {
    return encoder.headerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return sanitizer.sanitize(encoder.encode(event));
  }

  @Override
  public byte[] footerBytes() {
    return encoder.footerBytes();
  }
}
