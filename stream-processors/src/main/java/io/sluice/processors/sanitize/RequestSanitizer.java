package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.FieldPath;
import io.sluice.schemas.otlp.OtlpRewriter;
import io.sluice.schemas.otlp.OtlpVisitor;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of OTLP requests of one signal, wherever text or a number can stand, and counts
 * them by rule and field. Reusable; not safe for use by several threads.
 */
final class RequestSanitizer {

  /**
   * Different fields counted apart in one request; more are counted under the record as a whole.
   */
  static final int MAX_FIELDS = 256;

  /** Smaller numbers have too few digits for a card; other rules look for text. */
  private static final long MIN_NUMBER = 1_000_000_000_000L;

  private record Place(int resource, int rule, String path) {}

  private final Sanitizer sanitizer;
  private final TextScanner scanner;
  private final PathText paths;
  private final OtlpRewriter rewriter;
  private final Map<Place, Long> counts = new LinkedHashMap<>();

  RequestSanitizer(Sanitizer sanitizer, Signal signal) {
    this.sanitizer = sanitizer;
    this.scanner = new TextScanner(sanitizer);
    this.paths = new PathText(sanitizer);
    this.rewriter = new OtlpRewriter(signal, new Visitor());
  }

  long rulesVersion() {
    return sanitizer.version();
  }

  /**
   * Sanitizes one request.
   *
   * @throws InvalidInputException when it is no OTLP or nested too deep
   */
  SanitizedRequest sanitize(byte[] request) {
    counts.clear();
    byte[] bytes = rewriter.rewrite(request);
    return new SanitizedRequest(bytes, counts.isEmpty() ? List.of() : counted());
  }

  private List<Count> counted() {
    List<Count> list = new ArrayList<>(counts.size());
    counts.forEach(
        (place, count) -> {
          Rule rule = sanitizer.rule(place.rule());
          list.add(
              new Count(
                  place.resource(),
                  place.rule(),
                  rule.id(),
                  rule.action(),
                  rule.enforced(),
                  place.path(),
                  count));
        });
    return list;
  }

  private void count(FieldPath path, int rule) {
    Place place = new Place(path.resource(), rule, paths.of(path));
    if (counts.size() >= MAX_FIELDS && !counts.containsKey(place)) {
      place = new Place(path.resource(), rule, PathText.root(path));
    }
    counts.merge(place, 1L, Long::sum);
  }

  /** Asks the rules about each field. */
  private final class Visitor implements OtlpVisitor {

    private final byte[] digits = new byte[20];
    private @Nullable FieldPath current;
    private final IntConsumer counter = this::count;

    @Override
    public @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange value) {
      int number = sanitizer.ruleOfKey(key.array(), key.start(), key.end());
      if (number == KeyNames.NONE) {
        return null;
      }
      Rule rule = sanitizer.rule(number);
      Slice replacement = hidden(rule, new AnyValueView(value.slice()));
      if (replacement == null) {
        return null;
      }
      RequestSanitizer.this.count(path, number);
      return rule.enforced() ? replacement : null;
    }

    @Override
    public @Nullable Slice text(FieldPath path, ByteRange text) {
      current = path;
      return scanner.sanitize(text.array(), text.start(), text.end(), counter);
    }

    @Override
    public @Nullable Slice integer(FieldPath path, long value) {
      if (value < MIN_NUMBER) {
        return null;
      }
      int start = digits.length;
      for (long rest = value; rest > 0; rest /= 10) {
        digits[--start] = (byte) ('0' + rest % 10);
      }
      current = path;
      return scanner.sanitize(digits, start, digits.length, counter);
    }

    @Override
    public boolean unknown(FieldPath path, ByteRange field) {
      current = path;
      return scanner.sanitize(field.array(), field.start(), field.end(), counter) == null;
    }

    private void count(int rule) {
      if (current != null) {
        RequestSanitizer.this.count(current, rule);
      }
    }

    /** What a value with a secret's name becomes; null when it holds nothing to hide. */
    private @Nullable Slice hidden(Rule rule, AnyValueView value) {
      Slice payload = value.payload();
      return switch (value.type()) {
        case EMPTY, BOOL -> null;
        case INT, DOUBLE -> rule.replacement();
        case ARRAY, KVLIST -> payload.isEmpty() ? null : rule.replacement();
        case STRING, BYTES ->
            payload.isEmpty()
                    || sanitizer.isRedacted(payload.array(), payload.start(), payload.end())
                ? null
                : rule.replacement(payload.array(), payload.start(), payload.end());
      };
    }
  }
}
