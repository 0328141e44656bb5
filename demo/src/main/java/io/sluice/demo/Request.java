package io.sluice.demo;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * What a handler gets.
 *
 * @param path the values of the route's {@code {names}}
 * @param stream the body as it comes
 */
record Request(Map<String, String> path, InputStream stream) {

  /** The value of a name in the route. */
  String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  <T> T body(Class<T> type) throws IOException {
    return Json.MAPPER.readValue(stream, type);
  }
}
