package io.sluice.app.plugins;

import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's stage beside the others: whatever becomes of it, the process lives, is ready and stops
 * without it.
 */
public final class PluginStage implements Component {

  private static final Logger log = LoggerFactory.getLogger(PluginStage.class);

  private final Component stage;

  public PluginStage(Component stage) {
    this.stage = stage;
  }

  @Override
  public String name() {
    return stage.name();
  }

  @Override
  public void start() {
    stage.start();
  }

  @Override
  public Health health() {
    return stage.health().notNeeded();
  }

  @Override
  public void close() {
    try {
      stage.close();
    } catch (RuntimeException | Error e) {
      log.error("the plugin's stage {} did not stop cleanly", name(), e);
    }
  }

  /** A plugin that was refused, as a part that never works. */
  public static Component refused(RefusedPlugin plugin) {
    return new Component() {
      @Override
      public String name() {
        return "plugin " + plugin.name();
      }

      @Override
      public void start() {
        log.error("plugin {} is refused: {}", plugin.name(), plugin.reason());
      }

      @Override
      public Health health() {
        return Health.dead("refused: " + plugin.reason()).notNeeded();
      }

      @Override
      public void close() {}
    };
  }
}
