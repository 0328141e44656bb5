package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.schemas.stage.StartException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorMessagesTest {

  @Command(name = "connect")
  private record Connect(Map<String, Object> properties) implements Callable<Integer> {
    @Override
    public Integer call() {
      Admin.create(properties).close();
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "username=\"ann\" password=hunter2 hunter3;",
        "username=\"ann\" hunter2;",
        "username=\"ann\" password=\"hunter2\"",
        "hunter2"
      })
  void quotesNothingOfSettingsThatAClientCannotUse(String options) {
    String said =
        said(
            Map.of(
                "bootstrap.servers",
                "localhost:1",
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required " + options));
    assertThat(said)
        .startsWith("sluice: Kafka: Failed to create new KafkaAdminClient (")
        .contains("check kafka.properties")
        .doesNotContain("hunter");
  }

  @Test
  void saysWhichAddressIsWrong() {
    assertThat(said(Map.of("bootstrap.servers", "no-such-host.invalid:9092")))
        .startsWith("sluice: Kafka: ")
        .contains("bootstrap.servers");
  }

  @Test
  void asksForTheBrokerWhenNoneAnswers() {
    StringWriter err = new StringWriter();
    new CommandLine(new Waiting())
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(new ErrorMessages())
        .execute();
    assertThat(err.toString())
        .startsWith("sluice: Kafka: no metadata; does a broker answer at kafka.bootstrapServers?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "describe"})
  void namesTheAddressWhereNoBrokerAnswers(String command) {
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new TopicsCommand())
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(new ErrorMessages())
            .execute(
                command,
                "--bootstrap-servers=127.0.0.1:9",
                "--set=kafka.properties.default.api.timeout.ms=300",
                "--set=kafka.properties.request.timeout.ms=300");
    assertThat(status).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("sluice: Kafka: ")
        .endsWith(
            "; does a broker answer at 127.0.0.1:9 (kafka.bootstrapServers)?"
                + System.lineSeparator())
        .doesNotContain("kafka.properties")
        .hasLineCount(1);
  }

  @Test
  void saysInOneSentenceAndNoLogWhyItCannotStart() {
    Logger logger = (Logger) LoggerFactory.getLogger(ErrorMessages.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    StringWriter err = new StringWriter();
    try {
      new CommandLine(new Starting())
          .setErr(new PrintWriter(err))
          .setExecutionExceptionHandler(new ErrorMessages())
          .execute();
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(err.toString()).isEqualTo("sluice: set a token" + System.lineSeparator());
    assertThat(logged.list).isEmpty();
  }

  @Command(name = "start")
  private static final class Starting implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new StartException("set a token");
    }
  }

  @Command(name = "wait")
  private static final class Waiting implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new TimeoutException("no metadata");
    }
  }

  private static String said(Map<String, Object> properties) {
    StringWriter errors = new StringWriter();
    int status =
        new CommandLine(new Connect(properties))
            .setExecutionExceptionHandler(new ErrorMessages())
            .setErr(new PrintWriter(errors))
            .execute();
    assertThat(status).isEqualTo(1);
    return errors.toString();
  }
}
