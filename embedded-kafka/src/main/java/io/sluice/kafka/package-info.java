/**
 * A real Kafka broker inside this process: the broker and the KRaft controller of {@code
 * kafka_2.13} as one node, reachable on loopback only, with its records in a directory that later
 * starts continue. It is what {@code sluice demo} and {@code sluice up} run on, and every
 * integration test; nothing in Sluice depends on it when a cluster is configured.
 */
@NullMarked
package io.sluice.kafka;

import org.jspecify.annotations.NullMarked;
