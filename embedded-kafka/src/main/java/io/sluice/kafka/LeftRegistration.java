package io.sluice.kafka;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * What a broker that was killed left in the metadata: that it leads its partitions. It has to be
 * gone before the next one reads it.
 *
 * <p>That one would otherwise begin as leader, load the transactions and go on with those that were
 * about to end, lose the partitions when its predecessor's session ends, and in that moment take
 * the partitions without a leader for deleted ones: their transaction would be called complete
 * without its markers (KAFKA-20734, open in 4.3.1). Committed records would stay hidden and their
 * group without offsets, for ever.
 */
final class LeftRegistration implements MetadataPublisher {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final int broker;
  private final CompletableFuture<Boolean> known = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private LeftRegistration(int broker) {
    this.broker = broker;
  }

  /**
   * Ends the registration of a broker that did not. Returns at once when there is none.
   *
   * @param loader reads the metadata for the next broker, too
   * @throws EmbeddedKafkaException when the controller does not do it in time
   */
  static void end(int broker, Controller controller, MetadataLoader loader, Duration timeout)
      throws Exception {
    long deadline = System.nanoTime() + timeout.toNanos();
    var left = new LeftRegistration(broker);
    loader.installPublishers(List.of(left)).get();
    try {
      if (get(left.known, deadline)) {
        unregister(broker, controller, deadline);
        get(left.gone, deadline);
      }
    } finally {
      loader.removeAndClosePublisher(left).get();
    }
  }

  private static void unregister(int broker, Controller controller, long deadline)
      throws Exception {
    while (true) {
      try {
        get(controller.unregisterBroker(context(deadline), broker), deadline);
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof BrokerIdNotRegisteredException) {
          return;
        }
        if (!(e.getCause() instanceof NotControllerException)) {
          throw e;
        }
        // Has read the log, but is not elected yet.
        TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
      }
    }
  }

  private static ControllerRequestContext context(long deadline) {
    return new ControllerRequestContext(
        new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.of(deadline));
  }

  private static <T> T get(CompletableFuture<T> future, long deadline) throws Exception {
    return future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public String name() {
    return "LeftRegistration";
  }

  /** Called by the loader's thread, first when it has caught up. */
  @Override
  public void onMetadataUpdate(
      MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
    BrokerRegistration registration = newImage.cluster().broker(broker);
    boolean leads = registration != null && !registration.fenced();
    known.complete(leads);
    if (!leads) {
      gone.complete(null);
    }
  }
}
