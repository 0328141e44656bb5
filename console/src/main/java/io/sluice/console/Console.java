package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.PortTaken;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.stage.Ticks;
import io.sluice.schemas.stage.TokenFile;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.SearchStore;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query API ({@code /api/v1}), health ({@code /health/live}, {@code /health/ready}), and the
 * page that uses them. Queries run on a pool of their own, at most ten seconds each; answers are
 * bounded, errors are JSON with a code and a sentence.
 */
public final class Console implements Component {

  private static final Logger log = LoggerFactory.getLogger(Console.class);
  private static final String TAIL = "/api/v1/logs/tail";

  /** Others wait; more at a time would only be slower, and hold more. */
  private static final int QUERIES_AT_ONCE = 16;

  private final ConsoleConfig config;
  private final TopicViews views;
  private final SliView windows;
  private final DeadLetterView letters;
  private final RedactionView redactions;
  private final SeriesView series;
  private final StatementView statements;
  private final OtherStages others;
  private final LogTail tail;
  private final AuditWriter audit;
  private final Routes routes;
  private final Server server;
  private volatile Health health = Health.waiting("not started");

  /**
   * @param store what is searched, null when this process indexes nothing
   * @param health every component's state, by name
   * @param extraServices what else is served, by path prefix
   * @throws StartException with a sentence, when it may not be open as it is configured
   */
  public Console(
      ConsoleConfig config,
      KafkaConnection connection,
      @Nullable SearchStore store,
      MeterRegistry registry,
      Clock clock,
      Supplier<Map<String, Health>> health,
      Map<String, HttpService> extraServices) {
    this.config = config;
    this.views = new TopicViews(connection, clock);
    this.windows = new SliView(connection, clock);
    this.letters = new DeadLetterView(connection, clock);
    this.redactions = new RedactionView(connection, clock);
    this.series = new SeriesView(connection, clock);
    this.statements = new StatementView(connection, clock);
    this.others = new OtherStages(connection, Ticks::millis);
    this.tail = new LogTail(connection, clock, Ticks::millis);
    this.audit = new AuditWriter(connection);
    InetSocketAddress address = ListenAddress.of("console", config.bindAddress(), config.port());
    String tokenFile = config.tokenFile();
    Access.requireTokens(address, !tokenFile.isEmpty() || config.allowAnonymous());
    TokenFile tokens =
        tokenFile.isEmpty() ? null : new TokenFile("console.tokenFile", Path.of(tokenFile), clock);
    warnOfPlainTokens(address);
    AuditLog auditLog = new AuditLog(clock, Ticks::millis, audit);
    List<String> guarded = new ArrayList<>(extraServices.keySet());
    guarded.addAll(List.of("/api", "/jaeger"));
    ServerBuilder builder =
        Server.builder()
            .port(address, config.tls().isOn() ? SessionProtocol.HTTPS : SessionProtocol.HTTP)
            .requestTimeout(Duration.ofSeconds(10))
            .blockingTaskExecutor(QUERIES_AT_ONCE)
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(1))
            .disableServerHeader()
            .decorator(
                delegate ->
                    new Access(
                        delegate,
                        tokens,
                        path -> isUnder(guarded, path),
                        path -> isUnder(extraServices.keySet(), path),
                        auditLog))
            .decorator(
                delegate ->
                    new BrowserGuard(
                        delegate,
                        config.bindAddress(),
                        config.allowedHosts(),
                        "the console answers to localhost, to IP addresses and to the names in"
                            + " console.allowedHosts"));
    this.routes = new Routes(builder, QueryMemory.ofThisHeap(), clock);
    search(builder, routes, store, clock);
    builder.service(TAIL, (context, request) -> tail.listen(context));
    routes.add(TAIL);
    SloApi slos = new SloApi(views, windows, clock);
    AlertApi alerts = new AlertApi(views);
    PipelineApi pipeline =
        new PipelineApi(registry, letters, health, others, extraServices.keySet());
    AuditApi changes = new AuditApi(views);
    RedactionApi ledger = new RedactionApi(redactions, views);
    CardinalityApi demand = new CardinalityApi(series);
    ServiceApi services = new ServiceApi(series, clock);
    StatementApi ranked = new StatementApi(statements);
    routes.get("/api/v1/slos", whenRead(call -> slos.slos(call.query())));
    routes.get("/api/v1/slos/{id}", whenRead(call -> slos.slo(call.path("id"), call.query())));
    routes.get("/api/v1/alerts", whenRead(call -> alerts.alerts(call.query())));
    routes.get(
        "/api/v1/slos/{id}/budget", whenRead(call -> slos.budget(call.path("id"), call.query())));
    routes.get(
        "/api/v1/alerts/{fingerprint}",
        whenRead(call -> alerts.alert(call.path("fingerprint"), call.query())));
    routes.get("/api/v1/pipeline", call -> pipeline.stages(call.query()));
    routes.get("/api/v1/dead-letters", call -> pipeline.deadLetters(call.query()));
    routes.get("/api/v1/audit", whenRead(call -> changes.records(call.query())));
    routes.get("/api/v1/redactions", call -> ledger.redactions(call.query()));
    routes.get(
        "/api/v1/redactions/placeholders", whenRead(call -> ledger.placeholders(call.query())));
    routes.get("/api/v1/cardinality", call -> demand.cardinality(call.query()));
    routes.get("/api/v1/service-metrics", call -> services.services(call.query()));
    routes.get("/api/v1/service-details", call -> services.service(call.query()));
    routes.get("/api/v1/statements", call -> ranked.statements(call.query()));
    routes.get("/api/v1/openapi.json", OpenApi::of);
    routes.get("/api/v1/runbooks/{name}", Console::runbook);
    builder.service("/health/live", (context, request) -> pipeline.live());
    builder.service("/health/ready", (context, request) -> pipeline.ready());
    builder.serviceUnder(
        "/api", (context, request) -> Json.error(HttpStatus.NOT_FOUND, "no such resource"));
    extraServices.forEach(builder::serviceUnder);
    builder.serviceUnder("/lib/lit-html", Assets.litHtml());
    builder.serviceUnder("/lib/uplot", Assets.uPlot());
    builder.serviceUnder("/", Assets.page());
    this.server =
        config.tls().isOn()
            ? config
                .tls()
                .use(
                    "console.tls",
                    (key, certificate) -> builder.tls(TlsKeyPair.of(key, certificate)).build())
            : builder.build();
  }

  private void warnOfPlainTokens(InetSocketAddress address) {
    if (!config.tokenFile().isEmpty()
        && !config.tls().isOn()
        && !address.getAddress().isLoopbackAddress()) {
      log.warn(
          "tokens for the console cross the network as they are: set console.tls, or have a proxy"
              + " before it that speaks TLS");
    }
  }

  /** Whole names alone: the page's own api.js is not under /api. */
  private static boolean isUnder(Collection<String> prefixes, String path) {
    return prefixes.stream()
        .anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
  }

  @Override
  public String name() {
    return "console";
  }

  @Override
  public void start() {
    views.start();
    windows.start();
    letters.start();
    redactions.start();
    series.start();
    statements.start();
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw unbindable(e);
    }
    health = Health.up("serving");
  }

  /** Paths of its own API, as they are matched. */
  List<String> paths() {
    return routes.paths().stream().filter(path -> path.startsWith("/api/v1/")).toList();
  }

  /** The port, once started. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Where it is on this machine, once started: scheme, host and port. */
  public String url() {
    return (config.tls().isOn() ? "https" : "http") + "://localhost:" + port();
  }

  @Override
  public Health health() {
    return health.ready() && !views.isFollowing()
        ? Health.waiting(views.waitsForTopics().orElse("reading alerts and definitions"))
        : health;
  }

  @Override
  public void close() {
    health = Health.waiting("stopped");
    // Takes two seconds whatever there is to do: so long its threads look for more.
    CompletableFuture<Void> stopped = server.stop();
    tail.close();
    views.close();
    windows.close();
    letters.close();
    redactions.close();
    series.close();
    statements.close();
    others.close();
    stopped.join();
    audit.close();
  }

  private void search(
      ServerBuilder builder, Routes routes, @Nullable SearchStore store, Clock clock) {
    if (store == null) {
      String sentence = "this process has no index; run the role search-sink with the console";
      for (String path :
          new String[] {"logs", "traces", "services", "operations", "service-graph"}) {
        builder.serviceUnder(
            "/api/v1/" + path,
            (context, request) -> Json.error(HttpStatus.SERVICE_UNAVAILABLE, sentence));
      }
      builder.serviceUnder(
          "/jaeger",
          (context, request) -> JaegerApi.error(HttpStatus.SERVICE_UNAVAILABLE, sentence));
      return;
    }
    SearchApi api = new SearchApi(store, views, clock);
    routes.get("/api/v1/logs", api::logs);
    routes.get("/api/v1/logs/summary", api::logSummary);
    routes.get("/api/v1/logs/{id}/context", api::logContext);
    routes.get("/api/v1/service-graph", api::serviceGraph);
    routes.get("/api/v1/traces", api::traces);
    routes.get("/api/v1/traces/{id}", api::trace);
    routes.get("/api/v1/services", api::services);
    routes.get("/api/v1/operations", api::operations);
    JaegerApi jaeger = new JaegerApi(store, clock);
    routes.get("/jaeger/api/services", jaeger::services, JaegerApi::error);
    routes.get("/jaeger/api/services/{service}/operations", jaeger::names, JaegerApi::error);
    routes.get("/jaeger/api/services/operations", jaeger::namesOfDot, JaegerApi::error);
    routes.get("/jaeger/api/operations", jaeger::operations, JaegerApi::error);
    routes.get("/jaeger/api/traces", jaeger::search, JaegerApi::error);
    routes.get("/api/traces", jaeger::search, JaegerApi::error); // Grafana 12.1 loses the path
    routes.get("/jaeger/api/traces/{id}", jaeger::trace, JaegerApi::error);
    routes.get(
        "/jaeger/api/dependencies", new JaegerDependencies(store, clock)::of, JaegerApi::error);
    JaegerV3Api jaegerV3 = new JaegerV3Api(store);
    routes.get("/jaeger/api/v3/services", jaegerV3::services, JaegerV3Api::error);
    routes.get("/jaeger/api/v3/operations", jaegerV3::operations, JaegerV3Api::error);
    routes.get("/jaeger/api/v3/traces/{id}", jaegerV3::trace, JaegerV3Api::error);
    routes.get("/jaeger/api/v3/trace-summaries", jaegerV3::summaries, JaegerV3Api::error);
    builder.serviceUnder(
        "/jaeger",
        (context, request) ->
            JaegerApi.error(HttpStatus.NOT_FOUND, "not a part of Jaeger's API that Sluice has"));
  }

  private Routes.Answer whenRead(Routes.Answer answer) {
    return call -> {
      views.requireRead();
      return answer.to(call);
    };
  }

  private static Object runbook(Call call) {
    new Parameters(call.query(), Set.of());
    String name = call.path("name");
    String markdown = ShippedDefinitions.runbook(name);
    if (markdown == null) {
      throw ApiException.notFound("no runbook of this name");
    }
    return Map.of("name", name, "markdown", markdown);
  }

  private StartException unbindable(CompletionException e) {
    if (PortTaken.is(e)) {
      return new StartException(
          "the console cannot listen on "
              + config.bindAddress()
              + " port "
              + config.port()
              + ": it is taken; set console.port",
          e);
    }
    return new StartException("the console cannot start: " + e.getCause(), e);
  }
}
