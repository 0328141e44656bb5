package io.sluice.demo;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.sluice.instrumentation.async.Spans;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Takes the money. Logs far too much on purpose. */
final class PaymentService implements AutoCloseable {

  private static final double SLOW_MILLIS = 1500;
  private static final AttributeKey<String> INSTRUMENT =
      AttributeKey.stringKey("payment.instrument");
  private static final AttributeKey<List<String>> AUTHORIZATION =
      AttributeKey.stringArrayKey("http.request.header.authorization");

  private final ServiceHost host;
  private final Faults faults;
  private final Latency latency;
  private final Random random;
  private final Database charges;
  private final ExecutorService checks = Pools.fixed("shop-fraud-check", 2);
  private final ExecutorService fraudChecks;
  private final AtomicLong attempts = new AtomicLong();

  /**
   * @param amount in cents
   */
  record Charge(String order, String card, long amount) {}

  record Receipt(String order, long amount, boolean approved) {}

  PaymentService(ServiceHost host, Faults faults, Latency latency, Random random) {
    this.host = host;
    this.faults = faults;
    this.latency = latency;
    this.random = random;
    charges =
        Database.open(
            host.openTelemetry(),
            "payments",
            "CREATE TABLE charges (order_id VARCHAR PRIMARY KEY, amount BIGINT)");
    fraudChecks = Spans.instrument(host.tracer(), "check for fraud").executorService(checks);
    host.route("POST", "/charges", request -> charge(request.body(Charge.class)));
  }

  private Reply charge(Charge charge) throws InterruptedException {
    long attempt = attempts.getAndIncrement();
    logRequest(charge);
    if (faults.isActive(Fault.PAYMENT_SLOW)) {
      host.log().warn("the payment gateway is slow, waiting for its answer");
      latency.exactly(SLOW_MILLIS);
    }
    if (faults.isActive(Fault.PAYMENT_ERRORS) && attempt % 2 == 0) {
      IllegalStateException failure = new IllegalStateException("the gateway reset the connection");
      host.log().error("charge failed for order " + charge.order(), failure);
      return Reply.problem(500, "the payment gateway failed");
    }
    Future<Boolean> plausible = fraudChecks.submit(() -> checkForFraud());
    authorize(charge);
    if (!result(plausible) || random.nextInt(200) == 0) {
      host.log().warn("the bank declined the charge for order " + charge.order());
      return Reply.problem(402, "the bank declined");
    }
    charges.append(
        "charges",
        "INSERT INTO charges (order_id, amount) VALUES (?, ?)",
        charge.order(),
        charge.amount());
    host.log()
        .info(
            DemoSecrets.CARD_ON_FILE,
            Attributes.of(INSTRUMENT, "visa " + DemoSecrets.CARD_IN_ATTRIBUTE));
    return Reply.created(new Receipt(charge.order(), charge.amount(), true));
  }

  private void logRequest(Charge charge) {
    String tier = Baggage.current().getEntryValue("customer.tier");
    host.log()
        .info(
            DemoSecrets.AUTHENTICATED,
            Attributes.builder()
                .put(AUTHORIZATION, List.of("Bearer " + DemoSecrets.BEARER_IN_ATTRIBUTE))
                .put("customer.tier", tier == null ? "unknown" : tier)
                .build());
    host.log().info(DemoSecrets.CHARGING + " " + charge.card() + " for order " + charge.order());
  }

  private void authorize(Charge charge) throws InterruptedException {
    Span span = host.tracer().spanBuilder(DemoSecrets.GATEWAY_SPAN).startSpan();
    try {
      latency.about(10);
      span.addEvent(
          "gateway.answer",
          Attributes.of(
              AttributeKey.stringKey("gateway.request"),
              "pan=" + DemoSecrets.CARD_IN_EVENT + "&amount=" + charge.amount()));
    } finally {
      span.end();
    }
  }

  private boolean checkForFraud() throws InterruptedException {
    latency.about(6);
    return true;
  }

  private static boolean result(Future<Boolean> check) throws InterruptedException {
    try {
      return check.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("the fraud check failed", failure);
    }
  }

  @Override
  public void close() {
    checks.shutdownNow();
    charges.close();
  }
}
