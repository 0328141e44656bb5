package io.sluice.console;

import com.linecorp.armeria.server.HttpService;
import io.sluice.schemas.stage.Ticks;
import java.time.Clock;
import java.util.List;

/**
 * For a service that is served elsewhere than on the console's port, to everybody who reaches it:
 * pages of other sites may not use it, and what changes something is written into the process's
 * log.
 */
public final class OpenDoor {

  private OpenDoor() {}

  /**
   * @param bindAddress what the server listens on
   */
  public static HttpService to(HttpService service, String bindAddress) {
    AuditLog audit = new AuditLog(Clock.systemUTC(), Ticks::millis, record -> {});
    return new BrowserGuard(
        new Access(service, null, path -> true, path -> true, audit),
        bindAddress,
        List.of(),
        "it answers to localhost and to IP addresses");
  }
}
