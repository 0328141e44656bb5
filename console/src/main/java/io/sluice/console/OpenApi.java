package io.sluice.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/** The description of the API in OpenAPI 3.1, which tests hold to what the API does. */
final class OpenApi {

  private static final String FILE = "openapi.json";

  private static final JsonNode DOCUMENT = read();

  private OpenApi() {}

  static Object of(Call call) {
    new Parameters(call.query(), Set.of());
    return document();
  }

  static JsonNode document() {
    return DOCUMENT;
  }

  private static JsonNode read() {
    try (InputStream in = OpenApi.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the build left out the resource " + FILE);
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + FILE, e);
    }
  }
}
