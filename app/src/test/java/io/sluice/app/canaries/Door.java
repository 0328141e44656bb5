package io.sluice.app.canaries;

/** A way for telemetry into Sluice. */
public enum Door {
  GRPC,
  GRPC_GZIP,
  HTTP_PROTOBUF,
  HTTP_PROTOBUF_GZIP,
  HTTP_JSON,
  HTTP_JSON_GZIP,
  /** Straight on the raw topic, as the Collector's Kafka exporter writes. */
  KAFKA
}
