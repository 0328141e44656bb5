package io.sluice.schemas.settings;

/**
 * One thing that is wrong in a configuration or definition file.
 *
 * @param origin where it stands
 * @param path full key path, e.g. {@code ingest.grpc.port} or {@code rules[2].id}; empty for the
 *     whole document
 * @param sentence what is wrong and what was expected
 */
public record Problem(Origin origin, String path, String sentence) {

  @Override
  public String toString() {
    return origin + ": " + (path.isEmpty() ? "" : path + ": ") + sentence;
  }
}
