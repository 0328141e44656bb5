package io.sluice.demo;

/**
 * What the shop's visitors did so far.
 *
 * @param sent requests
 * @param answered requests with an answer below 500
 * @param failed requests with an answer of 500 or more, or with none
 * @param skipped requests that were not sent in time because too many were waiting for an answer
 */
public record LoadReport(long sent, long answered, long failed, long skipped) {}
