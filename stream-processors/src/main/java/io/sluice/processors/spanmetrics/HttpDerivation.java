package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;
import java.util.Set;

/**
 * HTTP requests of servers and clients, by route: duration, class of the status, sizes of the
 * bodies. Reads the current names of the semantic conventions and the former ones.
 */
final class HttpDerivation implements SpanDerivation {

  private static final byte[] NONE = {};
  private static final byte[][] CLASSES =
      SpanLabels.texts("unknown", "1xx", "2xx", "3xx", "4xx", "5xx");

  /** Those that RFC 9110 and RFC 5789 name; the conventions ask to put all others together. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final LabelForm METHOD =
      text -> METHODS.contains(text) ? text : text.isEmpty() ? "" : "_OTHER";
  private static final LabelForm PATH = Placeholders::in;

  private final int method;
  private final int status;
  private final int route;
  private final int path;
  private final int server;
  private final int requestBody;
  private final int responseBody;
  private final RouteTables duration;
  private final RouteTables requestBytes;
  private final RouteTables responseBytes;

  HttpDerivation(AttributeKeys keys, Tallies tallies) {
    method = keys.slot("http.request.method", "http.method");
    status = keys.slot("http.response.status_code", "http.status_code");
    route = keys.slot("http.route", "url.template");
    path = keys.slot("url.path", "http.target");
    server = keys.slot("server.address", "net.peer.name");
    requestBody = keys.slot("http.request.body.size", "http.request_content_length");
    responseBody = keys.slot("http.response.body.size", "http.response_content_length");
    duration = RouteTables.of(tallies, Metrics.HTTP_DURATION);
    requestBytes = RouteTables.of(tallies, Metrics.HTTP_REQUEST_BYTES);
    responseBytes = RouteTables.of(tallies, Metrics.HTTP_RESPONSE_BYTES);
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    boolean http = fields.isText(method) && fields.start(method) < fields.end(method);
    if (!http || !(SpanLabels.isServer(span) || SpanLabels.isClient(span))) {
      return;
    }
    span.recordDuration(labels(duration, span).tally());
    size(requestBytes, span, requestBody);
    size(responseBytes, span, responseBody);
  }

  private void size(RouteTables tables, MeasuredSpan span, int slot) {
    if (span.fields().isNumber(slot) && span.isPossible(span.fields().number(slot))) {
      span.record(labels(tables, span).tally(), span.fields().number(slot));
    }
  }

  private SeriesTable labels(RouteTables tables, MeasuredSpan span) {
    SpanReader fields = span.fields();
    boolean declared = fields.isText(route);
    SeriesTable table = tables.table(declared).begin().label(SpanLabels.kind(span));
    table.label(METHOD, fields.array(), fields.start(method), fields.end(method));
    if (declared) {
      table.label(fields, route);
    } else if (SpanLabels.isServer(span) && fields.isText(path)) {
      table.label(PATH, fields.array(), fields.start(path), fields.end(path));
    } else {
      table.label(NONE);
    }
    table.label(CLASSES[statusClass(fields.number(status))]);
    return SpanLabels.isClient(span) ? table.label(fields, server) : table.label(NONE);
  }

  private static int statusClass(double code) {
    return code >= 100 && code < 600 ? (int) code / 100 : 0;
  }
}
