package io.sluice.console;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.PortTaken;
import io.sluice.sinks.search.InvalidQueryException;
import io.sluice.sinks.search.SearchStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
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

  private interface Answer {
    Object to(ServiceRequestContext context);
  }

  private final ConsoleConfig config;
  private final TopicViews views;
  private final RedactionView redactions;
  private final CardinalityView cardinality;
  private final StatementView statements;
  private final Server server;
  private volatile Health health = Health.waiting("not started");

  /**
   * @param store what is searched, null when this process indexes nothing
   * @param health every component's state, by name
   * @param extraServices what else is served, by path prefix
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
    this.redactions = new RedactionView(connection, clock);
    this.cardinality = new CardinalityView(connection, clock);
    this.statements = new StatementView(connection, clock);
    ServerBuilder builder =
        Server.builder()
            .port(
                ListenAddress.of("console", config.bindAddress(), config.port()),
                SessionProtocol.HTTP)
            .requestTimeout(Duration.ofSeconds(10))
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(1))
            .disableServerHeader()
            .decorator(delegate -> new BrowserGuard(delegate, config));
    search(builder, store);
    SloApi slos = new SloApi(views, clock);
    AlertApi alerts = new AlertApi(views);
    PipelineApi pipeline = new PipelineApi(registry, views, health, extraServices.keySet());
    get(builder, "/api/v1/slos", whenRead(context -> slos.slos(context.queryParams())));
    get(
        builder,
        "/api/v1/slos/{id}",
        whenRead(context -> slos.slo(param(context, "id"), context.queryParams())));
    get(builder, "/api/v1/alerts", whenRead(context -> alerts.alerts(context.queryParams())));
    get(
        builder,
        "/api/v1/alerts/{fingerprint}",
        whenRead(context -> alerts.alert(param(context, "fingerprint"), context.queryParams())));
    get(builder, "/api/v1/pipeline", context -> pipeline.stages());
    get(
        builder,
        "/api/v1/dead-letters",
        whenRead(context -> pipeline.deadLetters(context.queryParams())));
    RedactionApi ledger = new RedactionApi(redactions);
    get(builder, "/api/v1/redactions", context -> ledger.redactions(context.queryParams()));
    CardinalityApi demand = new CardinalityApi(cardinality);
    get(builder, "/api/v1/cardinality", context -> demand.cardinality(context.queryParams()));
    StatementApi ranked = new StatementApi(statements);
    get(builder, "/api/v1/statements", context -> ranked.statements(context.queryParams()));
    get(builder, "/api/v1/runbooks/{name}", context -> runbook(param(context, "name")));
    builder.service("/health/live", (context, request) -> pipeline.live());
    builder.service("/health/ready", (context, request) -> pipeline.ready());
    builder.serviceUnder(
        "/api", (context, request) -> Json.error(HttpStatus.NOT_FOUND, "no such resource"));
    extraServices.forEach(builder::serviceUnder);
    builder.serviceUnder("/lib/lit-html", Assets.litHtml());
    builder.serviceUnder("/lib/uplot", Assets.uPlot());
    builder.serviceUnder("/", Assets.page());
    this.server = builder.build();
  }

  @Override
  public String name() {
    return "console";
  }

  @Override
  public void start() {
    views.start();
    redactions.start();
    cardinality.start();
    statements.start();
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw unbindable(e);
    }
    health = Health.up("serving");
  }

  /** The port, once started. */
  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public Health health() {
    return health.ready() && !views.isFollowing()
        ? Health.waiting("reading SLIs, alerts and definitions")
        : health;
  }

  @Override
  public void close() {
    health = Health.waiting("stopped");
    views.close();
    redactions.close();
    cardinality.close();
    statements.close();
    server.stop().join();
  }

  private static void search(ServerBuilder builder, @Nullable SearchStore store) {
    if (store == null) {
      for (String path : new String[] {"logs", "traces", "services"}) {
        builder.serviceUnder(
            "/api/v1/" + path,
            (context, request) ->
                Json.error(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "this process has no index; run the role search-sink with the console"));
      }
      return;
    }
    SearchApi api = new SearchApi(store);
    get(builder, "/api/v1/logs", context -> api.logs(context.queryParams()));
    get(builder, "/api/v1/traces", context -> api.traces(context.queryParams()));
    get(
        builder,
        "/api/v1/traces/{id}",
        context -> api.trace(param(context, "id"), context.queryParams()));
    get(builder, "/api/v1/services", context -> api.services(context.queryParams()));
    get(
        builder,
        "/api/v1/services/{service}/operations",
        context -> api.operations(param(context, "service"), context.queryParams()));
  }

  /** Nothing known and nothing there are not the same: what the topics say is told once read. */
  private Answer whenRead(Answer answer) {
    return context -> {
      if (!views.isFollowing()) {
        throw new ApiException(
            HttpStatus.SERVICE_UNAVAILABLE,
            "SLOs, alerts and dead letters are still being read from Kafka; if this stays, Kafka"
                + " does not answer");
      }
      return answer.to(context);
    };
  }

  private static Object runbook(String name) {
    String markdown = ShippedDefinitions.runbook(name);
    if (markdown == null) {
      throw ApiException.notFound("no runbook of this name");
    }
    return Map.of("name", name, "markdown", markdown);
  }

  private static String param(ServiceRequestContext context, String name) {
    String value = context.pathParam(name);
    return value == null ? "" : value;
  }

  /** Answers off the event loop: a query reads files. */
  private static void get(ServerBuilder builder, String path, Answer answer) {
    builder.service(
        path,
        (context, request) -> {
          if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            return Json.error(HttpStatus.METHOD_NOT_ALLOWED, "expected GET");
          }
          return HttpResponse.of(
              CompletableFuture.supplyAsync(
                  () -> reply(context, answer), context.blockingTaskExecutor()));
        });
  }

  private static HttpResponse reply(ServiceRequestContext context, Answer answer) {
    try {
      return Json.ok(answer.to(context));
    } catch (ApiException e) {
      return Json.error(e.status(), String.valueOf(e.getMessage()));
    } catch (InvalidQueryException e) {
      return Json.error(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("{} failed", context.path(), e);
      return Json.error(HttpStatus.INTERNAL_SERVER_ERROR, "the query failed; the log says more");
    }
  }

  private IllegalStateException unbindable(CompletionException e) {
    if (PortTaken.is(e)) {
      return new IllegalStateException(
          "the console cannot listen on "
              + config.bindAddress()
              + " port "
              + config.port()
              + ": it is taken; set console.port",
          e);
    }
    return new IllegalStateException("the console cannot start: " + e.getCause(), e);
  }
}
