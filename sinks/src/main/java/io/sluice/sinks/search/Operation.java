package io.sluice.sinks.search;

/**
 * What spans of a service are called.
 *
 * @param kind as OpenTelemetry names it in lower case ({@code server}); empty when a span says none
 */
public record Operation(String name, String kind) {}
