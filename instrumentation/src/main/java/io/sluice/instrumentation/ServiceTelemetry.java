package io.sluice.instrumentation;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The telemetry of one service: traces, logs and metrics with its resource, W3C {@code
 * traceparent}, {@code tracestate} and {@code baggage} propagation, and exporters behind bounded
 * queues that never block the service.
 *
 * <p>What the queues or the endpoint refuse is counted by the SDK's own metrics ({@code
 * otel.sdk.processor.*}, {@code otel.sdk.exporter.*}, by {@code error.type}), which travel with the
 * service's metrics.
 *
 * <p>It is not registered globally: a process may hold several. Safe for use by several threads.
 */
public final class ServiceTelemetry implements AutoCloseable {

  private static final Logger LOG = System.getLogger(ServiceTelemetry.class.getName());

  private final String serviceName;
  private final Resource resource;
  private final OpenTelemetrySdk sdk;
  private final Exporters exporters;
  private final Duration closeTimeout;
  private final AtomicBoolean closed = new AtomicBoolean();

  ServiceTelemetry(
      String serviceName,
      Resource resource,
      OpenTelemetrySdk sdk,
      Exporters exporters,
      Duration closeTimeout) {
    this.serviceName = serviceName;
    this.resource = resource;
    this.sdk = sdk;
    this.exporters = exporters;
    this.closeTimeout = closeTimeout;
  }

  /**
   * Begins the telemetry of a service.
   *
   * @param serviceName the resource's {@code service.name}
   * @throws IllegalArgumentException when the name is blank
   */
  public static ServiceTelemetryBuilder builder(String serviceName) {
    return new ServiceTelemetryBuilder(serviceName);
  }

  /** The API to instrument with. Works, without effect, after {@link #close}. */
  public OpenTelemetry openTelemetry() {
    return sdk;
  }

  /** What all of it is sent as coming from; for telemetry that is sent beside the SDK. */
  public Resource resource() {
    return resource;
  }

  /**
   * Sends what is queued now and waits for the answers.
   *
   * @return whether everything was taken within the deadline; false as soon as one export failed
   *     meanwhile
   */
  public boolean flush(Duration deadline) {
    long start = System.nanoTime();
    long failedBefore = exporters.failedExports();
    CompletableResultCode flushed =
        CompletableResultCode.ofAll(
            List.of(
                sdk.getSdkTracerProvider().forceFlush(),
                sdk.getSdkLoggerProvider().forceFlush(),
                sdk.getSdkMeterProvider().forceFlush()));
    flushed.join(deadline.toNanos(), TimeUnit.NANOSECONDS);
    if (!flushed.isSuccess()) {
      return false;
    }
    CompletableResultCode arrived = exporters.flush(); // the processors do not ask for it
    long left = deadline.toNanos() - (System.nanoTime() - start);
    arrived.join(Math.max(0, left), TimeUnit.NANOSECONDS);
    return arrived.isSuccess() && exporters.failedExports() == failedBefore;
  }

  /**
   * Sends what is queued and stops, within the close time-out. What could not be sent by then is
   * given up, and a warning says so. Closing twice is safe.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long failedBefore = exporters.failedExports();
    CompletableResultCode stopped = shutdown();
    stopped.join(closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
    if (!stopped.isDone()) {
      // Processors shut their exporter down last; one that waits for a dead endpoint never gets
      // there in time, so the calls in flight are ended here.
      exporters.shutdown();
    }
    if (!stopped.isSuccess() || exporters.failedExports() != failedBefore) {
      LOG.log(
          Level.WARNING,
          "{0} stopped before all of its telemetry was taken by the endpoint",
          serviceName);
    }
  }

  /** In a thread of its own: the SDK's metric reader blocks its caller for up to ten seconds. */
  private CompletableResultCode shutdown() {
    CompletableResultCode stopped = new CompletableResultCode();
    Thread stopping =
        new Thread(
            () -> {
              CompletableResultCode result = sdk.shutdown();
              result.whenComplete(
                  () -> {
                    if (result.isSuccess()) {
                      stopped.succeed();
                    } else {
                      stopped.fail();
                    }
                  });
            },
            "telemetry-stop-" + serviceName);
    stopping.setDaemon(true);
    stopping.start();
    return stopped;
  }
}
