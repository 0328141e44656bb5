package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.INTERNAL;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpDerivationTest {

  private final Derived http = Derived.by(HttpDerivation::new);

  @Test
  void measuresServersByRouteAndClassOfTheStatus() {
    var points =
        http.from(
            request(SERVER, "GET", 200).attribute("http.route", "/users/{id}"),
            request(SERVER, "GET", 204).attribute("http.route", "/users/{id}"),
            request(SERVER, "GET", 503)
                .attribute("http.route", "/users/{id}")
                .attribute("http.request.body.size", 120L)
                .attribute("http.response.body.size", 5_000L));

    assertThat(Derived.values(points))
        .containsOnly(
            Map.entry("traces_http_requests_total" + server("GET", "/users/{id}", "2xx"), 2d),
            Map.entry("traces_http_requests_total" + server("GET", "/users/{id}", "5xx"), 1d),
            Map.entry(
                "traces_http_request_duration_seconds" + server("GET", "/users/{id}", "2xx"), 2d),
            Map.entry(
                "traces_http_request_duration_seconds" + server("GET", "/users/{id}", "5xx"), 1d),
            Map.entry("traces_http_request_body_bytes" + server("GET", "/users/{id}", "5xx"), 1d),
            Map.entry("traces_http_response_body_bytes" + server("GET", "/users/{id}", "5xx"), 1d));
    assertThat(
            Derived.histogram(
                    points, "traces_http_response_body_bytes" + server("GET", "/users/{id}", "5xx"))
                .getSum())
        .isEqualTo(5000);
  }

  @Test
  void readsTheFormerNames() {
    assertThat(
            Derived.values(
                http.from(
                    service("a")
                        .span("x")
                        .kind(SERVER)
                        .attribute("http.method", "POST")
                        .attribute("http.status_code", 302L)
                        .attribute("http.target", "/orders/17?full=1")
                        .attribute("http.request_content_length", 3L))))
        .containsEntry("traces_http_requests_total" + server("POST", "/orders/{number}", "3xx"), 1d)
        .containsEntry(
            "traces_http_request_body_bytes" + server("POST", "/orders/{number}", "3xx"), 1d);
  }

  @Test
  void measuresClientsByTheServerThatTheyCall() {
    assertThat(
            Derived.values(
                http.from(
                    request(CLIENT, "GET", 200)
                        .attribute("server.address", "payment")
                        .attribute("url.full", "https://payment/charge/4711"))))
        .containsEntry(
            "traces_http_requests_total{http_request_method=\"GET\",http_route=\"\","
                + "http_status_class=\"2xx\",server_address=\"payment\",service=\"a\","
                + "span_kind=\"SPAN_KIND_CLIENT\"}",
            1d);
  }

  @Test
  void holdsLabelsThatItClosesToAHandfulOfValues() {
    assertThat(
            Derived.values(
                http.from(
                    request(SERVER, "BREW", 999),
                    request(SERVER, "get", -1),
                    service("a").span("x").kind(SERVER).attribute("http.request.method", "GET"))))
        .containsEntry("traces_http_requests_total" + server("_OTHER", "", "unknown"), 2d)
        .containsEntry("traces_http_requests_total" + server("GET", "", "unknown"), 1d);
  }

  @Test
  void leavesOutSizesThatCannotBe() {
    assertThat(
            Derived.values(
                http.from(
                    request(SERVER, "GET", 200).attribute("http.request.body.size", -1L),
                    request(SERVER, "GET", 200).attribute("http.request.body.size", Double.NaN),
                    request(SERVER, "GET", 200).attribute("http.request.body.size", 1.7e308),
                    request(SERVER, "GET", 200).attribute("http.response.body.size", "many"))))
        .hasSize(2);
  }

  @Test
  void isAboutRequestsOnly() {
    assertThat(
            http.from(
                service("a").span("x").kind(SERVER),
                request(INTERNAL, "GET", 200),
                request(SERVER, "", 200)))
        .isEmpty();
  }

  private static SpanBuilder request(SpanKind kind, String method, long status) {
    return service("a")
        .span("x")
        .kind(kind)
        .attribute("http.request.method", method)
        .attribute("http.response.status_code", status);
  }

  private static String server(String method, String route, String status) {
    return ("{http_request_method=\"%s\",http_route=\"%s\",http_status_class=\"%s\","
            + "server_address=\"\",service=\"a\",span_kind=\"SPAN_KIND_SERVER\"}")
        .formatted(method, route, status);
  }
}
