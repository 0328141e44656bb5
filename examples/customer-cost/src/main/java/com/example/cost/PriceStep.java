package com.example.cost;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ServiceSummary;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Prices a trace: each service's own time, without what it waited for others. Parts and late spans
 * of a trace are records of their own and are priced as they come; one without the customer's
 * attribute belongs to nobody that we know.
 */
final class PriceStep implements Step {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final CustomerCostConfig config;
  private StepContext out;

  PriceStep(CustomerCostConfig config) {
    this.config = config;
  }

  @Override
  public void init(StepContext context) {
    out = context;
  }

  @Override
  public void process(InputRecord input) {
    Trace trace = TRACES.decode(input.value());
    String customer = customer(trace);
    double cost = 0;
    for (ServiceSummary service : trace.getServiceSummaries()) {
      cost += service.getSelfTimeNanos() / NANOS * config.price(service.getService());
    }
    cost *= trace.getAdjustedCount(); // a sampled trace stands for several
    if (!customer.isEmpty() && cost > 0) {
      out.send(CustomerCostProcessor.COSTS, bytes(customer), bytes(Double.toString(cost)));
    }
  }

  /** As the first span says that says it. */
  private String customer(Trace trace) {
    String[] found = {""};
    byte[] request = new byte[trace.getOtlp().remaining()];
    trace.getOtlp().duplicate().get(request);
    OtlpRequest.forEachSpan(
        Slice.of(request),
        (resource, scope, span) -> {
          if (found[0].isEmpty()) {
            String text = span.attributes().text(config.attribute());
            found[0] = text == null ? "" : text;
          }
        });
    return found[0];
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
