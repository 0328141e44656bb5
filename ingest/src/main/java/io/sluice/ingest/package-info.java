/**
 * The OTLP server. Takes OTLP over gRPC and HTTP, checks it against limits, and answers success
 * only after Kafka has acknowledged. Bytes that need no change are passed on as they came.
 */
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
