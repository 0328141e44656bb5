package io.sluice.examples;

import io.sluice.processors.sanitize.TextSanitizer;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.StringLayout;
import org.apache.logging.log4j.core.config.Node;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginElement;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;

/**
 * A Log4j 2 layout around another one: takes the secrets out of all that it writes, be it message,
 * thread context or stack trace. When it fails, Log4j writes nothing of the event.
 */
@Plugin(name = "SanitizingLayout", category = Node.CATEGORY, elementType = Layout.ELEMENT_TYPE)
public final class SanitizingLayout extends AbstractStringLayout {

  private final TextSanitizer sanitizer = TextSanitizer.shipped();
  private final StringLayout layout;

  private SanitizingLayout(StringLayout layout) {
    super(StandardCharsets.UTF_8);
    this.layout = layout;
  }

  @PluginFactory
  public static SanitizingLayout of(@PluginElement("Layout") StringLayout layout) {
    return new SanitizingLayout(layout);
  }

  @Override
  public String toSerializable(LogEvent event) {
    return sanitizer.sanitize(layout.toSerializable(event));
  }
}
