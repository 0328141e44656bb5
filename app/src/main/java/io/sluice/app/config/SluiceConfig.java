package io.sluice.app.config;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.alerts.notify.NotifierConfig;
import io.sluice.console.ConsoleConfig;
import io.sluice.ingest.IngestConfig;
import io.sluice.processor.runtime.StreamsSettings;
import io.sluice.schemas.Namespace;
import io.sluice.sinks.prometheus.PrometheusSinkConfig;
import io.sluice.sinks.prometheus.RemoteWriteConfig;
import io.sluice.sinks.search.SearchSinkConfig;

/**
 * What {@code sluice.yaml} says, but for the settings of processors, whose records are known only
 * when they are loaded.
 */
public record SluiceConfig(
    @JsonPropertyDescription(
            "Prefix of topics, application ids and indexes, to share a cluster between tenants."
                + " Lower-case letters, digits, hyphens; empty for none.")
        String namespace,
    @JsonPropertyDescription(
            "Directory for state, indexes and, with the embedded broker, Kafka's own files. One"
                + " process at a time.")
        String data,
    @JsonPropertyDescription("The Kafka cluster.") KafkaSettings kafka,
    @JsonPropertyDescription("How topics are created.") TopicSettings topics,
    @JsonPropertyDescription("How processors run.") StreamsSettings streams,
    @JsonPropertyDescription("The OTLP server.") IngestConfig ingest,
    @JsonPropertyDescription("Who is told of alerts.") NotifierConfig notifier,
    @JsonPropertyDescription("The Prometheus sink.") PrometheusSinkConfig prometheusSink,
    @JsonPropertyDescription(
            "Remote write, which the Prometheus sink's role does beside the scrape.")
        RemoteWriteConfig remoteWrite,
    @JsonPropertyDescription("The search sink.") SearchSinkConfig searchSink,
    @JsonPropertyDescription("The console.") ConsoleConfig console,
    @JsonPropertyDescription("What Sluice says of itself.") TelemetrySettings telemetry) {

  public SluiceConfig {
    unless(
        "namespace",
        Namespace.isValid(namespace),
        "lower-case letters, digits and hyphens, at most 40 of them, or nothing",
        namespace);
  }

  public static SluiceConfig defaults() {
    return new SluiceConfig(
        "",
        "data",
        KafkaSettings.defaults(),
        TopicSettings.defaults(),
        StreamsSettings.defaults(),
        IngestConfig.defaults(),
        NotifierConfig.defaults(),
        PrometheusSinkConfig.defaults(),
        RemoteWriteConfig.defaults(),
        SearchSinkConfig.defaults(),
        ConsoleConfig.defaults(),
        TelemetrySettings.defaults());
  }
}
