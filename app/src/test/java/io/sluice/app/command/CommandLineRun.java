package io.sluice.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.app.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * A command run in this process, with what it printed.
 *
 * @param status its exit status
 */
record CommandLineRun(int status, String output, String errors) {

  static CommandLineRun of(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    // What the test's own broker logs meanwhile is none of the command's output.
    Logger log = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Level level = log.getLevel();
    log.setLevel(Level.OFF);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (PrintStream newOut = new PrintStream(output, true, StandardCharsets.UTF_8);
        PrintStream newErr = new PrintStream(errors, true, StandardCharsets.UTF_8)) {
      System.setOut(newOut);
      System.setErr(newErr);
      int status =
          Main.commandLine()
              .setErr(new PrintWriter(newErr, true, StandardCharsets.UTF_8))
              .execute(arguments);
      return new CommandLineRun(
          status, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      log.setLevel(level);
    }
  }
}
