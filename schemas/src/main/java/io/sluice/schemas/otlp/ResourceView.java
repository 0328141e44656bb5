package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An OTLP {@code Resource}: who sent the telemetry. */
public final class ResourceView {

  private static final String INSTANCE = "service.instance.id";
  private static final String PROCESS = "process.pid";

  private static final List<String> SERVICE =
      List.of("service.namespace", "service.name", INSTANCE);

  /** Where a process runs: with its number they tell it from all others. */
  private static final List<String> PLACE =
      List.of("container.id", "host.id", "host.name", "k8s.pod.name", "k8s.pod.uid");

  /** Beside a place: pods of one name are in several of these, and each has a process 1. */
  private static final List<String> AROUND =
      List.of(
          "deployment.environment",
          "deployment.environment.name",
          "k8s.cluster.name",
          "k8s.container.name",
          "k8s.namespace.name");

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

  /**
   * What tells the producer from others: the same bytes whatever else is said of it, so that an
   * attribute that is added or redacted on the way makes no other producer of it. That is the
   * service with {@code service.instance.id}; without one the service with {@code process.pid}, the
   * host, pod or container that it runs in, and the container's name, namespace, cluster and
   * environment around that. Where the resource says no instance, or no process with its host, pod
   * or container, it is all its bytes.
   */
  public Slice producer() {
    Map<String, String> said = new TreeMap<>();
    attributes()
        .forEach(
            (key, value) -> {
              if (SERVICE.contains(key)
                  || PLACE.contains(key)
                  || AROUND.contains(key)
                  || key.equals(PROCESS)) {
                String text = value.scalarText();
                if (text != null && !text.isEmpty()) {
                  said.putIfAbsent(key, text);
                }
              }
            });
    if (said.containsKey(INSTANCE)) {
      said.keySet().retainAll(SERVICE);
    } else if (!said.containsKey(PROCESS) || PLACE.stream().noneMatch(said::containsKey)) {
      return bytes;
    }
    StringBuilder text = new StringBuilder();
    said.forEach((key, value) -> text.append(key).append('=').append(value.length()).append(value));
    return Slice.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
