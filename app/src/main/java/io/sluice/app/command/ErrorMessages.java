package io.sluice.app.command;

import io.sluice.app.runtime.FileTrouble;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What users see when a command fails: a sentence on standard error, and exit status 1. */
public final class ErrorMessages implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parseResult) {
    commandLine.getErr().println(sentence(failure, commandLine));
    return 1;
  }

  private static String sentence(Exception failure, CommandLine commandLine) {
    if (failure instanceof ConfigurationException
        || failure instanceof StartException
        || failure instanceof InvalidInputException
        || failure instanceof IllegalArgumentException) {
      return "sluice: " + failure.getMessage();
    }
    if (failure instanceof UncheckedIOException file) {
      IOException why = Objects.requireNonNull(file.getCause());
      return "sluice: " + file.getMessage() + ": " + FileTrouble.reason(why);
    }
    if (failure instanceof TimeoutException) {
      return "sluice: Kafka: "
          + failure.getMessage()
          + rootCause(failure)
          + "; does a broker answer at "
          + cluster(commandLine)
          + "?";
    }
    if (failure instanceof KafkaException) {
      return "sluice: Kafka: " + failure.getMessage() + rootCause(failure);
    }
    LoggerFactory.getLogger(ErrorMessages.class).error("the command failed", failure);
    String message = failure.getMessage();
    return "sluice: " + (message == null ? failure.getClass().getName() : message);
  }

  /** The setting that says where brokers are and, of a command that has loaded it, what it says. */
  private static String cluster(CommandLine commandLine) {
    return commandLine.getMixins().values().stream()
        .filter(ClusterOptions.class::isInstance)
        .flatMap(mixin -> ((ClusterOptions) mixin).loadedServers().stream())
        .map(servers -> servers + " (kafka.bootstrapServers)")
        .findFirst()
        .orElse("kafka.bootstrapServers");
  }

  /**
   * A client that cannot be made says only that; the reason is below. Messages of most reasons are
   * left out: Kafka's reader of {@code sasl.jaas.config}, say, quotes what it does not understand,
   * which may be a password.
   */
  private static String rootCause(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = root.getMessage();
    if (root == failure
        || (reason != null && String.valueOf(failure.getMessage()).contains(reason))) {
      return "";
    }
    return reason != null && quotesNoSetting(root, reason)
        ? ": " + reason
        : " ("
            + root.getClass().getSimpleName()
            + ", whose text may quote settings and is not shown; check kafka.properties)";
  }

  /** What brokers answer, and names of hosts and files. */
  private static boolean quotesNoSetting(Throwable root, String reason) {
    return root instanceof ApiException
        || root instanceof ConnectException
        || root instanceof UnknownHostException
        || root instanceof FileSystemException
        || (root instanceof ConfigException && reason.contains("bootstrap.servers"));
  }
}
