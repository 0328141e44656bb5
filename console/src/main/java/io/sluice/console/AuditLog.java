package io.sluice.console;

import com.linecorp.armeria.common.HttpMethod;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what through the console, as lines of a logger of its own ({@code sluice.audit}): the
 * process's log is where people keep such records, and it is there when Kafka is not. A line has
 * the name of the token, never the token.
 */
final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger("sluice.audit");
  private static final int MAX_PATH = 300;

  private final Consumer<String> lines;

  AuditLog() {
    this(log::info);
  }

  AuditLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void changed(String user, String address, HttpMethod method, String path, int status) {
    lines.accept(
        "audit: user="
            + user
            + " from="
            + address
            + " did "
            + method
            + " "
            + visible(path)
            + " with status "
            + status);
  }

  void refused(String user, String address, HttpMethod method, String path) {
    lines.accept(
        "audit: user=" + user + " from=" + address + " may not " + method + " " + visible(path));
  }

  /** A path has no line breaks of its own; one that is written into it would forge a line. */
  private static String visible(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(path.length(), MAX_PATH); i++) {
      char c = path.charAt(i);
      out.append(c > ' ' && c < 127 ? c : '?');
    }
    return out.toString();
  }
}
