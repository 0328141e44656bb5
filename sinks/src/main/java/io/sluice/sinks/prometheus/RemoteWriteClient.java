package io.sluice.sinks.prometheus;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Posts requests to the receiver and tells what its answers mean, and what time it is there. Safe
 * for several threads.
 */
final class RemoteWriteClient {

  /** What to do after an answer. */
  enum Verdict {
    /** The samples are there. */
    ACCEPTED,
    /** The samples are at fault: the same ones would never be taken. */
    INVALID,
    /** Something is wrong that people must mend: access, address, certificate. */
    REFUSED,
    /** Ask again later. */
    BUSY
  }

  /**
   * @param sentence the receiver's own words, shortened, or what went wrong
   * @param retryAfter how long the receiver wants to be left alone, if it says so
   */
  record Answer(Verdict verdict, String sentence, @Nullable Duration retryAfter) {}

  /** What Prometheus says of a sample before its window for those that come out of order. */
  static final String TOO_OLD = "too old sample";

  private static final int MAX_SENTENCE = 300;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final RemoteWriteConfig config;
  private final ReceiverClock clock;
  private final HttpClient http;

  /**
   * @param clock told of the date of each answer
   */
  RemoteWriteClient(RemoteWriteConfig config, ReceiverClock clock) {
    this.config = config;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .sslContext(context(config))
            .build();
  }

  private static SSLContext context(RemoteWriteConfig config) {
    try {
      return config.tls().context();
    } catch (StartException e) {
      throw new StartException("remoteWrite." + e.getMessage(), e);
    }
  }

  /** The body of a request, compressed. */
  static byte[] body(Slice message) {
    int length = message.end() - message.start();
    byte[] body = new byte[Snappy.maxCompressedLength(length)];
    try {
      int size = Snappy.compress(message.array(), message.start(), length, body, 0);
      return Arrays.copyOf(body, size);
    } catch (IOException e) {
      throw new UncheckedIOException("Snappy cannot compress", e);
    }
  }

  Answer post(byte[] body) throws InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(config.url()))
            .timeout(config.timeout())
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .header("User-Agent", "sluice");
    try {
      config
          .credentials()
          .authorization()
          .ifPresent(value -> builder.header("Authorization", value));
    } catch (IOException e) {
      return new Answer(Verdict.REFUSED, "cannot read the credentials: " + e.getMessage(), null);
    }
    CompletableFuture<HttpResponse<String>> response =
        http.sendAsync(
            builder.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
            HttpResponse.BodyHandlers.ofString());
    try {
      // The request's own time-out ends once the headers are there.
      return answer(response.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return new Answer(Verdict.BUSY, "no whole answer within " + config.timeout(), null);
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    } finally {
      response.cancel(true); // of one that is there it is nothing
    }
  }

  private static Answer failed(Throwable failure) {
    if (failure instanceof SSLException) {
      Verdict verdict = isAboutACertificate(failure) ? Verdict.REFUSED : Verdict.BUSY;
      return new Answer(verdict, "TLS: " + failure.getMessage(), null);
    }
    if (failure instanceof IOException) {
      String why =
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
      return new Answer(Verdict.BUSY, "no answer: " + why, null);
    }
    throw new IllegalStateException("cannot post", failure);
  }

  /** Of either side. A receiver that stops during the handshake only breaks it off. */
  private static boolean isAboutACertificate(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof GeneralSecurityException) {
        return true;
      }
    }
    return String.valueOf(failure.getMessage()).contains("Received fatal alert");
  }

  private Answer answer(HttpResponse<String> response) {
    Instant date = response.headers().firstValue("Date").map(RemoteWriteClient::date).orElse(null);
    if (date != null) {
      clock.answered(date);
    }
    int status = response.statusCode();
    String body = response.body().strip();
    String sentence = status + (body.isEmpty() ? "" : " " + shortened(body));
    Verdict verdict =
        switch (status) {
          case 408, 429 -> Verdict.BUSY;
          case 401, 402, 403, 407, 431, 451 -> Verdict.REFUSED; // whoever it is that sends
          case 404, 405, 410, 411, 415, 421, 426 -> Verdict.REFUSED; // nobody takes 1.0 there
          default ->
              switch (status / 100) {
                case 2 -> Verdict.ACCEPTED;
                case 4 -> Verdict.INVALID;
                case 5 -> serverError(body);
                default -> Verdict.REFUSED;
              };
        };
    String after = response.headers().firstValue("Retry-After").orElse(null);
    return new Answer(verdict, sentence, after == null ? null : wait(after));
  }

  /** Prometheus says 500 of some samples too, and would say so for ever. */
  private static Verdict serverError(String body) {
    if (body.contains(TOO_OLD)) {
      return Verdict.INVALID; // since 2.51 it is a 400
    }
    return body.contains("native histograms are disabled") ? Verdict.REFUSED : Verdict.BUSY;
  }

  private static String shortened(String body) {
    String line = body.lines().findFirst().orElse("");
    return line.length() <= MAX_SENTENCE ? line : line.substring(0, MAX_SENTENCE) + "…";
  }

  /** Seconds, or a date; an hour at most. */
  private @Nullable Duration wait(String after) {
    try {
      return limited(Duration.ofSeconds(Long.parseLong(after.strip())));
    } catch (NumberFormatException e) {
      return untilDate(after);
    }
  }

  private static Duration limited(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private @Nullable Duration untilDate(String after) {
    Instant date = date(after);
    return date == null
        ? null
        : limited(Duration.between(Instant.ofEpochMilli(clock.millis()), date));
  }

  private static @Nullable Instant date(String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip()));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
