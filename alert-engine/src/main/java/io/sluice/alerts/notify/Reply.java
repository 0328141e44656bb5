package io.sluice.alerts.notify;

import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver made of a request.
 *
 * @param outcome what it means
 * @param sentence the receiver's own words, or why none came; short, without line breaks
 */
record Reply(Outcome outcome, String sentence) {

  private static final int MAX_SENTENCE = 300;

  /**
   * Statuses that will be the same next time. Others that begin with a 4 speak of the address, the
   * right to use it, or the load, and those are mended while the message waits.
   */
  private static final Set<Integer> ABOUT_THE_MESSAGE = Set.of(400, 413, 415, 422);

  enum Outcome {
    ACCEPTED,
    /** May go well another time. */
    FAILED,
    /** Will not go well another time. */
    REFUSED
  }

  static Reply of(@Nullable HttpResponse<String> response, @Nullable Throwable failure) {
    if (response == null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      // Messages of the client may hold the address, and an address may be a secret.
      String kind = cause == null ? "no answer" : cause.getClass().getSimpleName();
      return new Reply(Outcome.FAILED, "no answer: " + kind);
    }
    int status = response.statusCode();
    String sentence = "HTTP " + status + ": " + oneLine(response.body());
    if (status >= 200 && status < 300) {
      return new Reply(Outcome.ACCEPTED, sentence);
    }
    return new Reply(
        ABOUT_THE_MESSAGE.contains(status) ? Outcome.REFUSED : Outcome.FAILED, sentence);
  }

  private static String oneLine(String body) {
    String line = body.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > MAX_SENTENCE ? line.substring(0, MAX_SENTENCE) + "…" : line;
  }
}
