package io.sluice.app;

import io.sluice.app.command.ApplyCommand;
import io.sluice.app.command.BenchCommand;
import io.sluice.app.command.CardinalityCommand;
import io.sluice.app.command.DeadLettersCommand;
import io.sluice.app.command.DeleteCommand;
import io.sluice.app.command.DemoCommand;
import io.sluice.app.command.ErrorMessages;
import io.sluice.app.command.GetCommand;
import io.sluice.app.command.RedactionsCommand;
import io.sluice.app.command.ReferenceCommand;
import io.sluice.app.command.RunCommand;
import io.sluice.app.command.SanitizeCommand;
import io.sluice.app.command.ShopCommand;
import io.sluice.app.command.SloCommand;
import io.sluice.app.command.StatementsCommand;
import io.sluice.app.command.TopicsCommand;
import io.sluice.app.command.UpCommand;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import io.sluice.app.runtime.ProcessLog;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sluice} command. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    version = "sluice 0.1.0-SNAPSHOT",
    description = "A streaming observability pipeline on Kafka.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      ShopCommand.class,
      RunCommand.class,
      TopicsCommand.class,
      ApplyCommand.class,
      GetCommand.class,
      DeleteCommand.class,
      SanitizeCommand.class,
      RedactionsCommand.class,
      CardinalityCommand.class,
      StatementsCommand.class,
      SloCommand.class,
      DeadLettersCommand.class,
      BenchCommand.class,
      ReferenceCommand.class,
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    ProcessLog.toStandardError(LogLevel.ERROR); // until the command says otherwise
    loadSlicesQuietly();
    int status = 1;
    try {
      status = commandLine().execute(arguments);
    } catch (Error e) {
      // Threads of a broker or server may be left, which would keep the process alive without use.
      System.err.println("sluice: " + e);
      LoggerFactory.getLogger(Main.class).error("the command failed", e);
    }
    System.exit(status);
  }

  /**
   * A library of the sanitizer's pattern engine measures objects when it loads, and talks about it.
   */
  private static void loadSlicesQuietly() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream silence =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      System.setOut(silence);
      System.setErr(silence);
      Class.forName("io.airlift.slice.Slices");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the build left out a library", e);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** The command line with all subcommands, for tests too. */
  public static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new ErrorMessages());
  }
}
