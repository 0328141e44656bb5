package io.sluice.schemas.stage;

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
 * The file with who may use a server, read again when somebody comes and a second has passed: a
 * token that is taken out stops to work, without a restart. A line that cannot be read then lets
 * nobody in, and the others hold; so does a file that is gone. Safe for use by several threads.
 */
public final class TokenFile {

  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);
  private static final long READ_AGAIN_MILLIS = 1_000;

  private final String setting;
  private final Path file;
  private final Clock clock;
  private List<String> lines;
  private AccessTokens tokens;
  private long readAt;

  /**
   * @param setting the key that names the file, for messages
   * @throws StartException with a sentence, when nobody could be let in as the file is
   */
  public TokenFile(String setting, Path file, Clock clock) {
    this.setting = setting;
    this.file = file;
    this.clock = clock;
    List<String> problems = new ArrayList<>();
    lines = read(problems);
    tokens = AccessTokens.of(lines, file.toString(), problems);
    if (!problems.isEmpty()) {
      throw new StartException(setting + ": " + problems.get(0));
    }
    readAt = clock.millis();
  }

  /** Whose token it is, as the file says now. */
  public synchronized Optional<AccessTokens.User> user(String token) {
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
      problems.forEach(problem -> log.error("{}: {}", setting, problem));
      log.info("{} was read again, with {} tokens", setting, tokens.size());
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
