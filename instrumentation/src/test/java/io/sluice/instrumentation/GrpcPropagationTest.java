package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenTelemetry's interceptors for gRPC on a real server and client in this process. */
class GrpcPropagationTest {

  private static final MethodDescriptor<String, String> RESERVE =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("shop.Stock/Reserve")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private final RecordedTelemetry caller = new RecordedTelemetry();
  private final RecordedTelemetry callee = new RecordedTelemetry();
  private final AtomicReference<Context> seen = new AtomicReference<>(Context.root());
  private final String name = InProcessServerBuilder.generateName();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(name).directExecutor().build();
  private final Server server =
      InProcessServerBuilder.forName(name)
          .addService(
              ServerInterceptors.intercept(
                  ServerServiceDefinition.builder("shop.Stock")
                      .addMethod(RESERVE, ServerCalls.asyncUnaryCall(this::reserve))
                      .build(),
                  GrpcTelemetry.create(callee.openTelemetry()).createServerInterceptor()))
          .build();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    caller.close();
    callee.close();
  }

  @Test
  void carriesTraceAndBaggageFromClientToServer() {
    Channel observed =
        ClientInterceptors.intercept(
            channel, GrpcTelemetry.create(caller.openTelemetry()).createClientInterceptor());
    Span order = caller.tracer().spanBuilder("order").startSpan();
    try (Scope span = order.makeCurrent();
        Scope baggage = Baggage.builder().put("customer.tier", "gold").build().makeCurrent()) {
      assertThat(call(observed, "kettle")).isEqualTo("reserved kettle");
    }
    order.end();

    await().until(() -> callee.spans().size() == 1 && caller.spans().size() == 2);
    SpanData client =
        caller.spans().stream()
            .filter(span -> span.getKind() == SpanKind.CLIENT)
            .findFirst()
            .orElseThrow();
    SpanData served = callee.span();
    assertThat(client.getParentSpanContext()).isEqualTo(order.getSpanContext());
    assertThat(served.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(served.getTraceId()).isEqualTo(client.getTraceId());
    assertThat(served.getParentSpanId()).isEqualTo(client.getSpanId());
    assertThat(Span.fromContext(seen.get()).getSpanContext()).isEqualTo(served.getSpanContext());
    assertThat(Baggage.fromContext(seen.get()).getEntryValue("customer.tier")).isEqualTo("gold");
  }

  @Test
  void takesTheContextOfAClientThatIsNotInstrumented() {
    Metadata headers = new Metadata();
    headers.put(ascii("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    headers.put(ascii("tracestate"), "vendor=1");

    call(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        "kettle");

    await().until(() -> callee.spans().size() == 1);
    assertThat(callee.span().getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(callee.span().getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(callee.span().getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
  }

  @Test
  void failsTheSpansOfACallThatFails() {
    Channel observed =
        ClientInterceptors.intercept(
            channel, GrpcTelemetry.create(caller.openTelemetry()).createClientInterceptor());

    assertThatThrownBy(() -> call(observed, "nothing")).isInstanceOf(StatusRuntimeException.class);

    await().until(() -> callee.spans().size() == 1 && caller.spans().size() == 1);
    assertThat(caller.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(callee.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  private void reserve(String product, StreamObserver<String> answer) {
    seen.set(Context.current());
    if (product.equals("nothing")) {
      answer.onError(Status.INTERNAL.asRuntimeException());
      return;
    }
    answer.onNext("reserved " + product);
    answer.onCompleted();
  }

  private static String call(Channel channel, String product) {
    return ClientCalls.blockingUnaryCall(channel, RESERVE, CallOptions.DEFAULT, product);
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {

    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }
}
