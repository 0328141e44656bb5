package io.sluice.sinks.search;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.nio.entity.AbstractBinAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.AbstractAsyncResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.ByteArrayBuffer;

/**
 * Reads a reply up to a size. Of a larger one nothing is kept, and reading it is a {@link
 * ReplyTooLargeException}. It is taken off the connection nevertheless: the transport takes a node
 * whose connection broke for dead, and asks the next one the same.
 */
final class BoundedReply extends AbstractAsyncResponseConsumer<ClassicHttpResponse, Object> {

  /**
   * @param most bytes of the reply
   */
  BoundedReply(int most) {
    super(new Content(most));
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {
    // 1xx says nothing
  }

  @Override
  protected ClassicHttpResponse buildResult(
      HttpResponse response, Object content, ContentType type) {
    ClassicHttpResponse whole = new BasicClassicHttpResponse(response.getCode());
    whole.setVersion(response.getVersion());
    whole.setHeaders(response.getHeaders());
    whole.setReasonPhrase(response.getReasonPhrase());
    if (content instanceof byte[] bytes) {
      whole.setEntity(new ByteArrayEntity(bytes, type));
    } else if (content instanceof Long size) {
      whole.setEntity(new TooLarge(size, type));
    }
    return whole;
  }

  /** The bytes, or how many there were. */
  private static final class Content extends AbstractBinAsyncEntityConsumer<Object> {

    private static final int FIRST = 4096;

    private final int most;
    private ByteArrayBuffer buffer = new ByteArrayBuffer(FIRST);
    private long size;

    Content(int most) {
      this.most = most;
    }

    @Override
    protected void streamStart(ContentType type) {
      // its length may not be said
    }

    @Override
    protected int capacityIncrement() {
      return Integer.MAX_VALUE;
    }

    @Override
    protected void data(ByteBuffer data, boolean last) {
      size += data.remaining();
      if (size > most) {
        releaseResources();
      } else {
        buffer.append(data);
      }
    }

    @Override
    protected Object generateContent() {
      return size > most ? (Object) size : buffer.toByteArray();
    }

    @Override
    public void releaseResources() {
      buffer = new ByteArrayBuffer(0);
    }
  }

  private static final class TooLarge extends AbstractHttpEntity {

    private final long size;

    TooLarge(long size, ContentType type) {
      super(type, null);
      this.size = size;
    }

    @Override
    public long getContentLength() {
      return size;
    }

    @Override
    public InputStream getContent() throws IOException {
      throw new ReplyTooLargeException(size);
    }

    @Override
    public boolean isStreaming() {
      return false;
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}
