package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.Slice;
import java.util.List;

/**
 * The working directory of shells, whose name others give to passwords: {@code PWD=/home/ann}, also
 * in quotes, and behind the name of an environment.
 */
final class WorkingDirectory {

  private static final int MAX_PATH = 1024;
  private static final String PATH_ENDS = "\"'`,;&)]}\\";
  private static final List<String> NAMES = List.of("pwd", "oldpwd");
  private static final List<String> ENVIRONMENTS =
      List.of("env.", "environ.", "environment.", "environment_variable.");

  private WorkingDirectory() {}

  /** Whether this is its name with its value in text. */
  static boolean isOne(byte[] buf, int nameStart, int nameEnd, int value, int to) {
    return isName(buf, nameStart, nameEnd)
        && isPath(buf, AssignmentSeparator.afterQuote(buf, value, to), to);
  }

  /** Whether this is its name as a key, with all of its value. */
  static boolean isOne(Slice key, Slice value) {
    return isName(key.array(), key.start(), key.end())
        && isPath(value.array(), value.start(), value.end());
  }

  private static boolean isName(byte[] buf, int start, int end) {
    for (String name : NAMES) {
      if (Ascii.endsWith(buf, start, end, name)) {
        int at = end - name.length();
        return at == start || isEnvironment(buf, start, at);
      }
    }
    return false;
  }

  private static boolean isEnvironment(byte[] buf, int start, int end) {
    for (String environment : ENVIRONMENTS) {
      int at = end - environment.length();
      if (Ascii.endsWith(buf, start, end, environment) && (at == start || buf[at - 1] == '.')) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPath(byte[] buf, int start, int to) {
    int limit = Math.min(to, start + MAX_PATH);
    int i = start;
    while (i < limit && (buf[i] == '/' || AssignmentDetector.isNameByte(buf[i]))) {
      i++;
    }
    return i > start
        && buf[start] == '/'
        && (i == to || Ascii.isSpaceOrControl(buf[i]) || PATH_ENDS.indexOf(buf[i]) >= 0);
  }
}
