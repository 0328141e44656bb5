package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.INTERNAL;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import org.junit.jupiter.api.Test;

class RpcDerivationTest {

  private final Derived rpc = Derived.by(RpcDerivation::new);

  @Test
  void measuresCallsByMethodAndStatusOnBothSides() {
    assertThat(
            Derived.values(
                rpc.from(
                    call(SERVER).attribute("rpc.grpc.status_code", 14L).error(),
                    call(CLIENT).attribute("rpc.response.status_code", "OK"))))
        .containsEntry("traces_rpc_calls_total" + labels("14", "SERVER", "ERROR"), 1d)
        .containsEntry("traces_rpc_calls_total" + labels("OK", "CLIENT", "UNSET"), 1d)
        .containsEntry("traces_rpc_duration_seconds" + labels("OK", "CLIENT", "UNSET"), 1d)
        .hasSize(4);
  }

  @Test
  void isAboutCallsOnly() {
    assertThat(rpc.from(service("a").span("x").kind(SERVER), call(INTERNAL))).isEmpty();
  }

  private static SpanBuilder call(SpanKind kind) {
    return service("a")
        .span("shop.Cart/Add")
        .kind(kind)
        .attribute("rpc.system", "grpc")
        .attribute("rpc.service", "shop.Cart")
        .attribute("rpc.method", "Add");
  }

  private static String labels(String status, String kind, String spanStatus) {
    return ("{rpc_method=\"Add\",rpc_service=\"shop.Cart\",rpc_status_code=\"%s\","
            + "rpc_system=\"grpc\",service=\"a\",span_kind=\"SPAN_KIND_%s\","
            + "status_code=\"STATUS_CODE_%s\"}")
        .formatted(status, kind, spanStatus);
  }
}
