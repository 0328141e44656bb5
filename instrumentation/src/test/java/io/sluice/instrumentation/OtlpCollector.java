package io.sluice.instrumentation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.protocol.AbstractUnaryGrpcService;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes OTLP over gRPC and keeps it. */
final class OtlpCollector implements AutoCloseable {

  final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
  final List<ExportLogsServiceRequest> logs = new CopyOnWriteArrayList<>();
  final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();
  private final Server server;

  OtlpCollector() {
    String prefix = "/opentelemetry.proto.collector.";
    server =
        Server.builder()
            .http(0)
            .service(
                prefix + "trace.v1.TraceService/Export",
                keep(bytes -> traces.add(ExportTraceServiceRequest.parseFrom(bytes))))
            .service(
                prefix + "logs.v1.LogsService/Export",
                keep(bytes -> logs.add(ExportLogsServiceRequest.parseFrom(bytes))))
            .service(
                prefix + "metrics.v1.MetricsService/Export",
                keep(bytes -> metrics.add(ExportMetricsServiceRequest.parseFrom(bytes))))
            .build();
    server.start().join();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.activeLocalPort();
  }

  @Override
  public void close() {
    var unused = server.stop(); // ends two seconds later: so long its threads look for more
  }

  private static AbstractUnaryGrpcService keep(Keep keep) {
    return new AbstractUnaryGrpcService() {
      @Override
      protected CompletionStage<byte[]> handleMessage(ServiceRequestContext ctx, byte[] message) {
        try {
          keep.accept(message);
        } catch (InvalidProtocolBufferException failure) {
          return CompletableFuture.failedFuture(failure);
        }
        return CompletableFuture.completedFuture(new byte[0]);
      }
    };
  }

  private interface Keep {
    void accept(byte[] message) throws InvalidProtocolBufferException;
  }
}
