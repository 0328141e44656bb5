package io.sluice.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP/1.1 by hand, for what no HTTP client lets one send. */
final class RawHttp implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

  private final Socket socket;

  RawHttp(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(60_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawHttp send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawHttp endOfInput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One reply with its body, or what comes of it before the server closes the connection. */
  String reply() {
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    try {
      int next = socket.getInputStream().read();
      while (next >= 0) {
        reply.write(next);
        if (isWhole(reply)) {
          break;
        }
        next = socket.getInputStream().read();
      }
    } catch (IOException e) {
      // Reset while what was sent is not read yet: what came before is the answer.
    }
    return reply.toString(StandardCharsets.UTF_8);
  }

  private static boolean isWhole(ByteArrayOutputStream reply) {
    String text = reply.toString(StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    Matcher length = LENGTH.matcher(text);
    return body >= 4 && length.find() && text.length() - body >= Integer.parseInt(length.group(1));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
