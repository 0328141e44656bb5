package io.sluice.app.runtime;

import io.sluice.app.config.Processors;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process can be: the server, the notifier, the sinks, the console, and every processor
 * found.
 */
public final class Role {

  public static final String INGEST = "ingest";
  public static final String NOTIFIER = "notifier";
  public static final String PROMETHEUS_SINK = "prometheus-sink";
  public static final String SEARCH_SINK = "search-sink";
  public static final String CONSOLE = "console";

  private Role() {}

  /** Every role, in the order of the flow. */
  public static List<String> all(Processors processors) {
    List<String> roles = new ArrayList<>();
    roles.add(INGEST);
    roles.addAll(processors.names());
    roles.addAll(List.of(NOTIFIER, PROMETHEUS_SINK, SEARCH_SINK, CONSOLE));
    return roles;
  }
}
