package io.sluice.schemas.otlp;

import org.jspecify.annotations.Nullable;

/** An OTLP {@code Resource}: who sent the telemetry. */
public final class ResourceView {

  private static final ResourceView EMPTY = new ResourceView(Slice.empty());

  private final Slice bytes;
  private @Nullable String serviceName;

  public ResourceView(Slice bytes) {
    this.bytes = bytes;
  }

  public static ResourceView empty() {
    return EMPTY;
  }

  public Slice bytes() {
    return bytes;
  }

  public AttributesView attributes() {
    return new AttributesView(bytes, 1);
  }

  /** {@code service.name}, or {@code unknown_service} as the semantic conventions say. */
  public String serviceName() {
    String name = serviceName;
    if (name == null) {
      String text = attributes().text("service.name");
      name = text == null || text.isEmpty() ? "unknown_service" : text;
      serviceName = name;
    }
    return name;
  }
}
