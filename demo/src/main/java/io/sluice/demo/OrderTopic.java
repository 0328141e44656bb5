package io.sluice.demo;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The orders that were placed, by id: checkout says it, inventory hears it, and the trace goes with
 * it.
 */
interface OrderTopic {

  String NAME = "shop_orders";
  String GROUP = "shop-inventory";

  Producer<String, byte[]> producer();

  /** Of the group, and subscribed to nothing yet. */
  Consumer<String, byte[]> consumer();

  /** Makes the topic when it is not there; waits a minute for a broker that is away. */
  void create() throws InterruptedException, ExecutionException;
}
