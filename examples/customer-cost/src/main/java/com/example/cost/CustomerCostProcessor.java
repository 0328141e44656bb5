package com.example.cost;

import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** What the work of each customer's requests costs: {@code customer_cost_total}, from traces. */
public final class CustomerCostProcessor implements StreamProcessor<CustomerCostConfig> {

  static final String NAME = "customercost";

  /** What a trace costs, keyed by the customer: so each customer has one owner. */
  static final Topic COSTS = StageTopology.internalTopic(NAME, "costs");

  static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public CustomerCostConfig defaults() {
    return CustomerCostConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.TRACES);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.SERIES);
  }

  @Override
  public List<Topic> internalTopics() {
    return List.of(COSTS);
  }

  @Override
  public Topology topology(CustomerCostConfig config, Stage stage) {
    int customers = Math.max(1, config.maxCustomers() / stage.partitions(COSTS));
    return stage
        .topology()
        .step("price", () -> new PriceStep(config))
        .reads(Topics.TRACES)
        .sends(COSTS)
        .step("total", () -> new TotalStep(customers))
        .reads(COSTS)
        .sends(Topics.SERIES)
        .store(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(TotalStep.STORE), Serdes.String(), SERIES))
        .build();
  }
}
