package io.sluice.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.time.Instant;
import java.util.Map;

/** JSON replies. Times are RFC 3339, durations milliseconds with a name that says so. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static HttpResponse ok(Object body) {
    return reply(HttpStatus.OK, body);
  }

  static HttpResponse reply(HttpStatus status, Object body) {
    try {
      return HttpResponse.of(status, MediaType.JSON_UTF_8, MAPPER.writeValueAsString(body) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and text are always JSON", e);
    }
  }

  static HttpResponse error(HttpStatus status, String message) {
    return reply(status, Map.of("error", Map.of("code", status.code(), "message", message)));
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
