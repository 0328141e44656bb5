package io.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the README shows in fences. */
final class Readme {

  private static final Pattern FENCE = Pattern.compile("(?ms)^```[a-z]*\\n(.*?)^```$");

  private Readme() {}

  static List<String> blocks() {
    try {
      String text = Files.readString(Path.of("../README.md"));
      return FENCE.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one that has this text. */
  static String block(String text) {
    return blocks().stream().filter(block -> block.contains(text)).findFirst().orElseThrow();
  }
}
