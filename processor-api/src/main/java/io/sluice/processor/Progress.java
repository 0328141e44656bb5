package io.sluice.processor;

import io.sluice.schemas.Topic;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/**
 * How far processors are in what they read, by what they have committed: what they made of it is
 * committed too, whichever of their processes it was. For a step that has to know whether something
 * is still on its way to it.
 *
 * <p>Asks Kafka and blocks, so only for {@link Stage#background}; throws {@link
 * org.apache.kafka.common.KafkaException} when Kafka does not answer or refuses.
 */
public interface Progress {

  /**
   * Notes where topics end now.
   *
   * @param processor its name; one that never ran has read nothing. One whose {@link
   *     StreamProcessor#stateVersion} is not 1 has another group, and is taken for such a one
   * @param topics which it reads; those between its own steps come with them
   * @return asks whether the processor has read all that was in them. Whether what is left is no
   *     record, as the end of a transaction, it finds out when it is asked again
   */
  BooleanSupplier untilNow(String processor, Collection<Topic> topics);
}
