package io.sluice.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;

/** Sends orders on their way. */
final class ShippingService implements AutoCloseable {

  private static final double STUCK_MILLIS = 2000;

  private final ServiceHost host;
  private final Faults faults;
  private final Latency latency;
  private final Database shipments;

  record Shipment(String order, String carrier) {}

  ShippingService(ServiceHost host, Faults faults, Latency latency) {
    this.host = host;
    this.faults = faults;
    this.latency = latency;
    shipments =
        Database.open(
            host.openTelemetry(),
            "shipping",
            "CREATE TABLE shipments (order_id VARCHAR PRIMARY KEY, carrier VARCHAR)");
    host.route("POST", "/shipments", request -> ship(request.body(Shipment.class)));
  }

  private Reply ship(Shipment shipment) throws InterruptedException {
    if (faults.isActive(Fault.SHIPPING_STUCK)) {
      host.log().warn("the carrier does not answer");
      latency.exactly(STUCK_MILLIS);
    }
    bookCarrier(shipment);
    shipments.append(
        "shipments",
        "INSERT INTO shipments (order_id, carrier) VALUES (?, ?)",
        shipment.order(),
        shipment.carrier());
    host.log().info("order " + shipment.order() + " leaves with " + shipment.carrier());
    return Reply.created(shipment);
  }

  /** A call that leaves the shop; written by hand, with a URL that should have no password. */
  private void bookCarrier(Shipment shipment) throws InterruptedException {
    Span span =
        host.tracer()
            .spanBuilder(DemoSecrets.CARRIER_SPAN)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(
                UrlAttributes.URL_FULL,
                "https://shop:" + DemoSecrets.SPAN_URL_PASSWORD + "@carrier.example/v1/labels")
            .setAttribute(ServerAttributes.SERVER_ADDRESS, "carrier.example")
            .setAttribute(AttributeKey.stringKey("shop.carrier"), shipment.carrier())
            .startSpan();
    try {
      latency.about(5);
    } finally {
      span.end();
    }
  }

  @Override
  public void close() {
    shipments.close();
  }
}
