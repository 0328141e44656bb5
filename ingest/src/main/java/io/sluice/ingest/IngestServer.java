package io.sluice.ingest;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.PortTaken;
import io.sluice.schemas.stage.ServerTls;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.schemas.stage.StartException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The OTLP server: gRPC and HTTP, each on its port. Success means that Kafka has the data on every
 * in-sync replica. Under pressure and while Kafka is away clients are told to come back, so that
 * what they keep is not lost.
 */
public final class IngestServer implements Component {

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);
  private static final int HTTP2_WINDOW_BYTES = 4 << 20;
  private static final int HTTP2_FRAME_BYTES = 256 << 10;
  private static final Duration RECHECK_INTERVAL = Duration.ofMillis(100);
  private static final int MAX_CONNECTIONS = 4096;

  private final IngestConfig config;
  private final KafkaConnection connection;
  private final MeterRegistry registry;
  private final OpenTelemetry openTelemetry;
  private final InFlight inFlight;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable RawTopics rawTopics;
  private @Nullable Server server;
  private @Nullable Thread kafkaWatch;
  private volatile Health health = Health.waiting("not started");

  /**
   * @param openTelemetry for own spans; sampled ones put their context on the records
   */
  public IngestServer(
      IngestConfig config,
      KafkaConnection connection,
      MeterRegistry registry,
      OpenTelemetry openTelemetry) {
    this.config = config;
    this.connection = connection;
    this.registry = registry;
    this.openTelemetry = openTelemetry;
    this.inFlight = new InFlight(config.maxInFlight().bytes());
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public void start() {
    Gauge.builder("sluice.ingest.in.flight", inFlight, InFlight::bytes)
        .baseUnit("bytes")
        .register(registry);
    RawTopics topics = new RawTopics(connection, config);
    rawTopics = topics;
    Server built;
    try {
      built = build(topics);
      built.start().join();
    } catch (CompletionException e) {
      topics.close(Duration.ZERO);
      throw unbindable(e);
    } catch (StartException e) {
      topics.close(Duration.ZERO);
      throw e;
    }
    server = built;
    health = Health.waiting("waiting for Kafka at " + connection.bootstrapServers());
    Thread watch = new Thread(() -> watchKafka(topics), "ingest-kafka-watch");
    watch.setDaemon(true);
    watch.start();
    kafkaWatch = watch;
  }

  @Override
  public Health health() {
    return health;
  }

  /** The port of OTLP/gRPC, once started. */
  public int grpcPort() {
    return port(config.grpcPort(), config.httpPort(), true);
  }

  /** The port of OTLP/HTTP, once started. */
  public int httpPort() {
    return port(config.httpPort(), config.grpcPort(), false);
  }

  /** Refuses new requests, answers those under way, and stops. */
  @Override
  public void close() {
    stop.countDown();
    RawTopics topics = rawTopics;
    if (topics != null) {
      topics.stopWaiting();
    }
    Server running = server;
    if (running != null) {
      running.stop().join();
      server = null;
    }
    if (topics != null) {
      topics.close(STOP_TIMEOUT);
      rawTopics = null;
    }
    Thread watch = kafkaWatch;
    if (watch != null) {
      watch.interrupt();
    }
    health = Health.waiting("stopped");
  }

  private Server build(RawTopics topics) {
    StageMeters meters = new StageMeters(registry, name());
    Exporter exporter = new Exporter(topics, config, meters, new SentAway(registry), openTelemetry);
    BodyReader bodies =
        new BodyReader(
            config.maxBodySize().bytes(),
            inFlight,
            new BoundedInflater(config.maxInflatedSize().toIntExact()));
    // Each level of a value is an object, an array and an object in JSON.
    OtlpJson json = new OtlpJson(16 + 4 * config.maxDepth(), config.maxInflatedSize().toIntExact());
    InetSocketAddress grpc = ListenAddress.of("ingest", config.bindAddress(), config.grpcPort());
    InetSocketAddress http = ListenAddress.of("ingest", config.bindAddress(), config.httpPort());
    Senders senders = Senders.of(config, grpc);
    SessionProtocol protocol = config.tls().isOn() ? SessionProtocol.HTTPS : SessionProtocol.HTTP;
    ServerBuilder builder =
        Server.builder()
            .port(grpc, protocol)
            .port(http, protocol)
            .maxRequestLength(0) // BodyReader's work, which answers in the terms of OTLP
            // To read the request, to wait for a topic that is new, and for the acknowledgement.
            .requestTimeout(config.ackTimeout().multipliedBy(2).plusSeconds(5))
            .maxNumConnections(MAX_CONNECTIONS)
            // One connection carries many requests: with HTTP/2's small defaults they wait for the
            // window, and a body comes in a frame for every 16 KiB.
            .http2InitialConnectionWindowSize(HTTP2_WINDOW_BYTES)
            .http2InitialStreamWindowSize(HTTP2_WINDOW_BYTES)
            .http2MaxFrameSize(HTTP2_FRAME_BYTES)
            .gracefulShutdownTimeout(Duration.ofMillis(100), STOP_TIMEOUT)
            .disableServerHeader()
            .disableDateHeader();
    for (OtlpSignal signal : OtlpSignal.values()) {
      builder.service(
          signal.httpPath(),
          new HttpExport(signal, senders, exporter, bodies, json, config.retryDelay()));
      builder.service(
          signal.grpcPath(),
          new GrpcExport(signal, senders, exporter, bodies, config.retryDelay()));
    }
    builder.serviceUnder("/", (ctx, request) -> unknownPath(request.contentType()));
    return config.tls().isOn() ? withTls(config.tls(), builder) : builder.build();
  }

  private static Server withTls(ServerTls tls, ServerBuilder builder) {
    return tls.use(
        "ingest.tls", (key, certificate) -> builder.tls(TlsKeyPair.of(key, certificate)).build());
  }

  /** gRPC clients expect a status of their own; to HTTP it is a path that does not exist. */
  private static HttpResponse unknownPath(@Nullable MediaType type) {
    if (type != null && type.subtype().startsWith("grpc")) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(MediaType.parse("application/grpc"))
              .add("grpc-status", "12")
              .add("grpc-message", "no such method")
              .build());
    }
    return HttpResponse.of(
        HttpStatus.NOT_FOUND,
        MediaType.PLAIN_TEXT_UTF_8,
        "OTLP is at /v1/traces, /v1/logs and /v1/metrics\n");
  }

  private void watchKafka(RawTopics topics) {
    try {
      Duration interval;
      do {
        health = look(topics);
        interval = health.ready() ? CHECK_INTERVAL : RECHECK_INTERVAL;
      } while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      health = Health.waiting("stopped"); // the clients were closed meanwhile
    }
  }

  private Health look(RawTopics topics) throws InterruptedException {
    List<String> unserved = new ArrayList<>();
    for (OtlpSignal signal : OtlpSignal.values()) {
      if (!topics.serves(signal.topic())) {
        unserved.add(connection.namespace().topic(signal.topic()));
      }
    }
    return unserved.isEmpty()
        ? Health.up("accepting OTLP")
        : Health.waiting(
            "Kafka at "
                + connection.bootstrapServers()
                + " does not answer for "
                + unserved
                + "; if the topics are missing run 'sluice topics create'");
  }

  private StartException unbindable(CompletionException e) {
    if (PortTaken.is(e)) {
      return new StartException(
          "ingest cannot listen on "
              + config.bindAddress()
              + " ports "
              + config.grpcPort()
              + " and "
              + config.httpPort()
              + ": one of them is taken; set ingest.grpcPort and ingest.httpPort",
          e);
    }
    return new StartException("ingest cannot start: " + e.getCause(), e);
  }

  /**
   * Either port serves both protocols, so two ports that were chosen freely need no telling apart.
   */
  private int port(int configured, int other, boolean first) {
    Server running = server;
    if (running == null) {
      throw new IllegalStateException("ingest is not started");
    }
    if (configured != 0) {
      return configured;
    }
    List<Integer> free =
        running.activePorts().values().stream()
            .map(ServerPort::localAddress)
            .map(InetSocketAddress::getPort)
            .filter(port -> port != other)
            .sorted()
            .toList();
    return free.get(first ? 0 : free.size() - 1);
  }
}
