package io.sluice.instrumentation.redis;

import io.lettuce.core.event.command.CommandBaseEvent;
import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.lettuce.core.event.command.CommandSucceededEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.sluice.instrumentation.Failures;
import java.util.function.Consumer;

/**
 * A span for each command of a Lettuce client, from when it is written until its answer is there,
 * whichever thread waits: {@code client.addListener(LettuceSpans.of(openTelemetry))}. It is a child
 * of what is current where the command is called. Safe for use by several threads and clients.
 */
public final class LettuceSpans implements CommandListener {

  private static final String SPAN = LettuceSpans.class.getName();

  private final CommandSpans spans;

  private LettuceSpans(CommandSpans spans) {
    this.spans = spans;
  }

  public static LettuceSpans of(OpenTelemetry openTelemetry) {
    return new LettuceSpans(new CommandSpans(openTelemetry));
  }

  @Override
  public void commandStarted(CommandStartedEvent event) {
    event.getContext().put(SPAN, spans.start(event.getCommand().getType().toString()));
  }

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    end(event, span -> {});
  }

  @Override
  public void commandFailed(CommandFailedEvent event) {
    end(event, span -> Failures.record(span, event.getCause()));
  }

  /** A command that began before this was a listener has no span. */
  private static void end(CommandBaseEvent event, Consumer<Span> outcome) {
    if (event.getContext().get(SPAN) instanceof Span span) {
      outcome.accept(span);
      span.end();
    }
  }
}
