package io.sluice.console;

import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with who may use the console, read again when somebody comes and a second has passed: a
 * token that is taken out stops to work, without a restart. A line that cannot be read then lets
 * nobody in, and the others hold; so does a file that is gone. Safe for use by several threads.
 */
final class TokenFile {

  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);
  private static final long READ_AGAIN_MILLIS = 1_000;

  private final Path file;
  private final Clock clock;
  private List<String> lines;
  private AccessTokens tokens;
  private long readAt;

  /**
   * @throws StartException with a sentence, when nobody could be let in as the file is
   */
  TokenFile(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    List<String> problems = new ArrayList<>();
    lines = read(problems);
    tokens = AccessTokens.of(lines, file.toString(), problems);
    if (!problems.isEmpty()) {
      throw new StartException("console.tokenFile: " + problems.get(0));
    }
    readAt = clock.millis();
  }

  /** Whose token it is, as the file says now. */
  synchronized Optional<AccessTokens.User> user(String token) {
    long now = clock.millis();
    if (now - readAt >= READ_AGAIN_MILLIS || now < readAt) {
      readAt = now;
      readAgain();
    }
    return tokens.user(token);
  }

  private void readAgain() {
    List<String> problems = new ArrayList<>();
    List<String> found = read(problems);
    if (!found.equals(lines)) {
      lines = found;
      tokens = AccessTokens.of(found, file.toString(), problems);
      problems.forEach(problem -> log.error("console.tokenFile: {}", problem));
      log.info("console.tokenFile was read again: {} may use the console", tokens.size());
    }
  }

  private List<String> read(List<String> problems) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      problems.add("cannot read " + file);
      return List.of();
    }
  }
}
