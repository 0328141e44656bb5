package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.demo.Faults;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Breaks and mends the shop over HTTP: {@code GET faults}, {@code POST faults/NAME}, {@code DELETE
 * faults/NAME}, below the prefix that it is mounted at.
 */
final class FaultsService implements HttpService {

  private static final String PATH = "/faults";

  private final ObjectMapper json = new ObjectMapper();
  private volatile @Nullable Faults faults;

  /** The shop is open. */
  void control(Faults shopFaults) {
    faults = shopFaults;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    Faults current = faults;
    if (current == null) {
      return error(HttpStatus.SERVICE_UNAVAILABLE, "the shop is not open yet");
    }
    String path = context.mappedPath();
    if (path.equals(PATH) && request.method() == HttpMethod.GET) {
      return list(current);
    }
    if (!path.startsWith(PATH + "/")) {
      return error(HttpStatus.NOT_FOUND, "expected " + PATH + " or " + PATH + "/NAME");
    }
    String name = path.substring(PATH.length() + 1);
    try {
      if (request.method() == HttpMethod.POST) {
        current.activate(name);
      } else if (request.method() == HttpMethod.DELETE) {
        current.clear(name);
      } else {
        return error(HttpStatus.METHOD_NOT_ALLOWED, "expected POST to break, DELETE to mend");
      }
    } catch (IllegalArgumentException e) {
      return error(HttpStatus.NOT_FOUND, String.valueOf(e.getMessage()));
    }
    return list(current);
  }

  private HttpResponse list(Faults current) {
    return reply(HttpStatus.OK, Map.of("faults", current.list()));
  }

  private HttpResponse error(HttpStatus status, String message) {
    String code = status.reasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '_');
    return reply(status, Map.of("error", Map.of("code", code, "message", message)));
  }

  private HttpResponse reply(HttpStatus status, Map<String, ?> body) {
    try {
      return HttpResponse.of(
          status, MediaType.JSON_UTF_8, json.writeValueAsString(body) + System.lineSeparator());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of text are always JSON", e);
    }
  }
}
