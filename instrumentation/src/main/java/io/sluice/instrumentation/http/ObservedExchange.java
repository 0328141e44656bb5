package io.sluice.instrumentation.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** An exchange that counts bodies and tells when the response is complete. */
final class ObservedExchange extends HttpExchange {

  private final HttpExchange delegate;
  private final ServerRequest request;
  private @Nullable InputStream requestBody;
  private @Nullable OutputStream responseBody;

  ObservedExchange(HttpExchange delegate, ServerRequest request) {
    this.delegate = delegate;
    this.request = request;
  }

  @Override
  public void sendResponseHeaders(int status, long length) throws IOException {
    request.send(() -> delegate.sendResponseHeaders(status, length));
    if (length == -1 || status == 204 || status == 304 || getRequestMethod().equals("HEAD")) {
      request.end(status);
    }
  }

  @Override
  public void close() {
    delegate.close();
    request.end(delegate.getResponseCode());
  }

  @Override
  public synchronized InputStream getRequestBody() {
    if (requestBody == null) {
      requestBody = new CountingInput(delegate.getRequestBody(), request::read);
    }
    return requestBody;
  }

  @Override
  public synchronized OutputStream getResponseBody() {
    if (responseBody == null) {
      responseBody = new ResponseBody(delegate.getResponseBody());
    }
    return responseBody;
  }

  /** Kept here, not in the delegate, whose streams are wrapped already. */
  @Override
  public synchronized void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
    if (in != null) {
      requestBody = in;
    }
    if (out != null) {
      responseBody = out;
    }
  }

  @Override
  public Headers getRequestHeaders() {
    return delegate.getRequestHeaders();
  }

  @Override
  public Headers getResponseHeaders() {
    return delegate.getResponseHeaders();
  }

  @Override
  public URI getRequestURI() {
    return delegate.getRequestURI();
  }

  @Override
  public String getRequestMethod() {
    return delegate.getRequestMethod();
  }

  @Override
  public HttpContext getHttpContext() {
    return delegate.getHttpContext();
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return delegate.getRemoteAddress();
  }

  @Override
  public int getResponseCode() {
    return delegate.getResponseCode();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return delegate.getLocalAddress();
  }

  @Override
  public String getProtocol() {
    return delegate.getProtocol();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return delegate.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    delegate.setAttribute(name, value);
  }

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return delegate.getPrincipal();
  }

  /** Counts what is written; its end is the end of the response. */
  private final class ResponseBody extends OutputStream {

    private final OutputStream out;

    ResponseBody(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int oneByte) throws IOException {
      request.send(() -> out.write(oneByte));
      request.wrote(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      request.send(() -> out.write(bytes, offset, length));
      request.wrote(length);
    }

    @Override
    public void flush() throws IOException {
      request.send(out::flush);
    }

    @Override
    public void close() throws IOException {
      try {
        request.send(out::close);
      } finally {
        request.end(getResponseCode());
      }
    }
  }
}
