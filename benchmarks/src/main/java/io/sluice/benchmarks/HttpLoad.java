package io.sluice.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks an HTTP service as fast as it answers. By plain sockets: on a machine with few cores a
 * client that does more would be most of what is measured.
 */
final class HttpLoad {

  private HttpLoad() {}

  /** What was measured. */
  static final class Measured {

    private final long[] nanos;
    private final double seconds;

    /**
     * @param nanos of each request, sorted
     */
    private Measured(long[] nanos, double seconds) {
      this.nanos = nanos;
      this.seconds = seconds;
    }

    long requests() {
      return nanos.length;
    }

    double perSecond() {
      return nanos.length / seconds;
    }

    double micros(double quantile) {
      return nanos[(int) Math.min(nanos.length - 1, (long) (quantile * nanos.length))] / 1e3;
    }
  }

  static Measured run(int port, int connections, Duration duration) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long begin = System.nanoTime();
      long end = begin + duration.toNanos();
      List<Callable<long[]>> clients = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        clients.add(() -> ask(port, end));
      }
      List<long[]> parts = new ArrayList<>();
      for (Future<long[]> client : threads.invokeAll(clients)) {
        parts.add(client.get());
      }
      double seconds = Bench.seconds(begin);
      return new Measured(parts.stream().flatMapToLong(Arrays::stream).sorted().toArray(), seconds);
    } finally {
      threads.shutdown();
    }
  }

  private static long[] ask(int port, long end) throws IOException {
    byte[] request =
        "GET /price?id=4711 HTTP/1.1\r\nHost: bench\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    long[] nanos = new long[1 << 16];
    int count = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      long now = System.nanoTime();
      while (now < end) {
        out.write(request);
        readAnswer(in);
        long answered = System.nanoTime();
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = answered - now;
        now = answered;
      }
    }
    return Arrays.copyOf(nanos, count);
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.contains(" 200 ")) {
      throw new IOException("the service answered " + status);
    }
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(32);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the service hung up");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
