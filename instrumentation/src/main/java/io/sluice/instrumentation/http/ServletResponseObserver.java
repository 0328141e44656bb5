package io.sluice.instrumentation.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** A response that counts its body as it is written, and what is thrown away as nothing. */
final class ServletResponseObserver extends HttpServletResponseWrapper {

  private final ServerRequest observed;
  private final boolean head;
  private @Nullable ServletOutputStream body;
  private @Nullable PrintWriter writer;

  /**
   * @param head whether the container throws the body away
   */
  ServletResponseObserver(HttpServletResponse response, ServerRequest observed, boolean head) {
    super(response);
    this.observed = observed;
    this.head = head;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (body == null) {
      body = new Counted(super.getOutputStream());
    }
    return body;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      PrintWriter out = super.getWriter();
      writer = new CountingWriter(out, getCharacterEncoding(), this::wrote);
    }
    return writer;
  }

  /** Also forgets which of both writes the body: the next may have another encoding. */
  @Override
  public void reset() {
    super.reset();
    body = null;
    writer = null;
    observed.wroteNothing();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    observed.wroteNothing();
  }

  @Override
  public void sendError(int status) throws IOException {
    super.sendError(status);
    observed.wroteNothing();
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    super.sendError(status, message);
    observed.wroteNothing();
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    super.sendRedirect(location);
    observed.wroteNothing();
  }

  private void wrote(long bytes) {
    if (!head) {
      observed.wrote(bytes);
    }
  }

  private final class Counted extends ServletOutputStream {

    private final ServletOutputStream out;

    Counted(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int oneByte) throws IOException {
      observed.send(() -> out.write(oneByte));
      wrote(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      observed.send(() -> out.write(bytes, offset, length));
      wrote(length);
    }

    @Override
    public void flush() throws IOException {
      observed.send(out::flush);
    }

    @Override
    public void close() throws IOException {
      observed.send(out::close);
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(ServletListeners.in(observed.context(), listener));
    }
  }
}
