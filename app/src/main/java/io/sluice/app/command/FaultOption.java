package io.sluice.app.command;

import io.sluice.demo.Faults;
import io.sluice.schemas.settings.NearestName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --fault} of the commands that open the shop. */
final class FaultOption {

  @Option(
      names = "--fault",
      paramLabel = "NAME",
      description = "Break the shop from the beginning, e.g. payment-slow.")
  private @Nullable String fault;

  /** Before a start that takes seconds. */
  void check() {
    if (fault != null && !Faults.names().contains(fault)) {
      throw new IllegalArgumentException(
          "--fault: no fault \"" + fault + "\"" + NearestName.hint(fault, Faults.names()));
    }
  }

  void activate(Faults faults) {
    if (fault != null) {
      faults.activate(fault);
    }
  }
}
