package io.sluice.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** JSON replies. Times are RFC 3339, durations milliseconds with a name that says so. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static HttpResponse ok(Object body) {
    return reply(HttpStatus.OK, body);
  }

  static HttpResponse reply(HttpStatus status, Object body) {
    ResponseHeaders headers =
        ResponseHeaders.builder(status)
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build();
    return HttpResponse.of(headers, HttpData.ofUtf8(text(body) + "\n"));
  }

  /** An error that says how to say who one is. */
  static HttpResponse unauthorized(String message) {
    return error(HttpStatus.UNAUTHORIZED, message)
        .mapHeaders(
            headers ->
                headers.toBuilder()
                    .set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"sluice\"")
                    .build());
  }

  /** On one line. */
  static String text(Object body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and text are always JSON", e);
    }
  }

  /** The status as a word, e.g. {@code not_found}, and a sentence for people. */
  static HttpResponse error(HttpStatus status, String message) {
    String code = status.reasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '_');
    return reply(status, Map.of("error", Map.of("code", code, "message", message)));
  }

  static String time(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .toString();
  }

  static double millis(long nanos) {
    return nanos / 1e6;
  }
}
