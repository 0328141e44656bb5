/**
 * Exporters of the OpenTelemetry SDK that write to Kafka what the Collector's Kafka exporter would:
 * one OTLP request per record. By {@link io.sluice.instrumentation.kafka.KafkaExporters}, or as
 * {@code otel.traces.exporter=sluice-kafka} and kin without a line of code.
 */
@NullMarked
package io.sluice.instrumentation.kafka;

import org.jspecify.annotations.NullMarked;
