package io.sluice.app.command;

import io.sluice.app.runtime.StartException;
import io.sluice.schemas.settings.ConfigurationException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What users see when a command fails: a sentence on standard error, and exit status 1. */
public final class ErrorMessages implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parseResult) {
    commandLine.getErr().println(sentence(failure));
    return 1;
  }

  private static String sentence(Exception failure) {
    if (failure instanceof ConfigurationException
        || failure instanceof StartException
        || failure instanceof IllegalArgumentException) {
      return "sluice: " + failure.getMessage();
    }
    if (failure instanceof KafkaException) {
      return "sluice: Kafka: " + failure.getMessage();
    }
    LoggerFactory.getLogger(ErrorMessages.class).error("the command failed", failure);
    String message = failure.getMessage();
    return "sluice: " + (message == null ? failure.getClass().getName() : message);
  }
}
