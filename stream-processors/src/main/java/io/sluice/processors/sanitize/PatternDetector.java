package io.sluice.processors.sanitize;

import io.airlift.slice.Slices;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import java.util.List;

/**
 * A regular expression, tried on the whole text once one of its keywords stands in it. The engine
 * takes linear time whatever the expression.
 */
final class PatternDetector implements Detector {

  private final Pattern pattern;
  private final List<Anchor> anchors;

  PatternDetector(String pattern, List<String> keywords) {
    this.pattern = Pattern.compile(pattern);
    this.anchors = keywords.stream().map(Anchor::exact).toList();
  }

  @Override
  public List<Anchor> anchors() {
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int group = pattern.groupCount() == 0 ? 0 : 1;
    Matcher matcher = pattern.matcher(Slices.wrappedBuffer(buf, from, to - from));
    while (matcher.find()) {
      int start = matcher.start(group);
      if (start >= 0 && matcher.end(group) > start) {
        found.add(from + start, from + matcher.end(group));
      }
    }
    return to;
  }
}
