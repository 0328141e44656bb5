package io.sluice.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the handler of a request. Filled before the server starts, read-only then. */
final class Router {

  private final List<Route> routes = new ArrayList<>();

  interface Handler {
    Reply handle(Request request) throws IOException, InterruptedException;
  }

  /** A route that a request matches, with the values of its names. */
  record Match(String template, Handler handler, Map<String, String> path) {}

  private record Route(String method, String template, List<String> segments, Handler handler) {

    @Nullable Match match(String requestMethod, List<String> requestSegments) {
      if (!method.equals(requestMethod) || segments.size() != requestSegments.size()) {
        return null;
      }
      Map<String, String> path = new HashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String expected = segments.get(i);
        if (expected.startsWith("{")) {
          path.put(expected.substring(1, expected.length() - 1), requestSegments.get(i));
        } else if (!expected.equals(requestSegments.get(i))) {
          return null;
        }
      }
      return new Match(template, handler, path);
    }
  }

  /**
   * @param template such as {@code /carts/{customer}/items}
   */
  void add(String method, String template, Handler handler) {
    routes.add(new Route(method, template, segments(template), handler));
  }

  /** The first route that matches, or null. */
  @Nullable Match match(String method, String path) {
    List<String> segments = segments(path);
    for (Route route : routes) {
      Match match = route.match(method, segments);
      if (match != null) {
        return match;
      }
    }
    return null;
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
