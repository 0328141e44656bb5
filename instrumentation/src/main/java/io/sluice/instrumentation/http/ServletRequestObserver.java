package io.sluice.instrumentation.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request that counts its body as it is read, and tells when it becomes async. */
final class ServletRequestObserver extends HttpServletRequestWrapper {

  private final ServerRequest observed;
  private final ServletExchange exchange;
  private @Nullable ServletInputStream body;
  private @Nullable BufferedReader reader;

  ServletRequestObserver(
      HttpServletRequest request, ServerRequest observed, ServletExchange exchange) {
    super(request);
    this.observed = observed;
    this.exchange = exchange;
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (reader != null) {
      throw new IllegalStateException("the body of this request is read by getReader()");
    }
    return body();
  }

  @Override
  public BufferedReader getReader() throws IOException {
    if (reader == null) {
      if (body != null) {
        throw new IllegalStateException("the body of this request is read by getInputStream()");
      }
      String encoding = getCharacterEncoding();
      reader =
          new BufferedReader(
              new InputStreamReader(
                  body(), encoding == null ? StandardCharsets.ISO_8859_1.name() : encoding));
    }
    return reader;
  }

  private ServletInputStream body() throws IOException {
    if (body == null) {
      body = new Counted(super.getInputStream());
    }
    return body;
  }

  /** With the observed request and response, as otherwise they would be those of the container. */
  @Override
  public AsyncContext startAsync() {
    return startAsync(this, exchange.response());
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    AsyncContext context = super.startAsync(request, response);
    exchange.started(context);
    return new ServletAsync(context, observed.context());
  }

  @Override
  public AsyncContext getAsyncContext() {
    return new ServletAsync(super.getAsyncContext(), observed.context());
  }

  /** The container reads forms by itself, past the stream that counts. */
  void countForm() {
    String type = getContentType();
    if (type != null && observed.readBytes() == 0 && getContentLengthLong() > 0) {
      String lower = type.toLowerCase(Locale.ROOT);
      if (lower.startsWith("application/x-www-form-urlencoded")
          || lower.startsWith("multipart/form-data")) {
        observed.read(getContentLengthLong());
      }
    }
  }

  private final class Counted extends ServletInputStream {

    private final ServletInputStream in;

    Counted(ServletInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int read = observe(in::read);
      if (read >= 0) {
        observed.read(1);
      }
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = observe(() -> in.read(bytes, offset, length));
      if (read > 0) {
        observed.read(read);
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(ServletListeners.in(observed.context(), listener));
    }

    private int observe(Read read) throws IOException {
      try {
        return read.run();
      } catch (IOException failure) {
        observed.fail(failure);
        throw failure;
      }
    }
  }

  private interface Read {
    int run() throws IOException;
  }
}
