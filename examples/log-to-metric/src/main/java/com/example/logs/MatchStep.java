package com.example.logs;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.LogRecordView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Looks at every log line of a batch, and sends on how often each counter matched. */
final class MatchStep implements Step {

  private final Map<String, Pattern> patterns;
  private StepContext out;

  MatchStep(Map<String, Pattern> patterns) {
    this.patterns = patterns;
  }

  @Override
  public void init(StepContext context) {
    out = context;
  }

  @Override
  public void process(InputRecord input) {
    Map<String, Integer> matches = new TreeMap<>();
    OtlpRequest.forEachLog(
        Slice.of(input.value()),
        (resource, scope, log) ->
            patterns.forEach(
                (name, pattern) -> {
                  if (pattern.matcher(body(log)).find()) {
                    matches.merge(name + " " + resource.serviceName(), 1, Integer::sum);
                  }
                }));
    matches.forEach(
        (series, count) ->
            out.send(LogMetricsProcessor.MATCHES, bytes(series), bytes(count.toString())));
  }

  private static String body(LogRecordView log) {
    AnyValueView body = log.body();
    String text = body.scalarText();
    return text == null ? "" : text;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
