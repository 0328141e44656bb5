package io.sluice.processors.sanitize.logs;

import io.sluice.processors.sanitize.logs.KnownKey.Role;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/** An attribute of a log record, or a field of its body that may become one. */
final class LogField {

  private static final int FROM_BODY = -1;

  private final Slice key;
  private final Slice value;
  private final @Nullable KnownKey known;
  private final int tagStart;
  private final boolean movable;
  private boolean gone;

  private LogField(Slice key, Slice value, Slice sentKey, int tagStart, boolean movable) {
    this.key = key;
    this.value = value;
    this.known = KnownKey.of(sentKey.array(), sentKey.start(), sentKey.end());
    this.tagStart = tagStart;
    this.movable = movable;
  }

  /**
   * An attribute that the record has.
   *
   * @param tagStart where it begins
   * @param movable whether key and value are all there is in it
   */
  static LogField ofRecord(Slice key, Slice value, int tagStart, boolean movable) {
    return new LogField(key, value, key, tagStart, movable);
  }

  /**
   * A field of the body.
   *
   * @param sentKey its key there
   * @param key that it would have as an attribute
   */
  static LogField ofBody(Slice sentKey, Slice key, Slice value) {
    return new LogField(key, value, sentKey, FROM_BODY, true);
  }

  Slice key() {
    return key;
  }

  /** An {@code AnyValue}. */
  Slice value() {
    return value;
  }

  boolean isFromBody() {
    return tagStart == FROM_BODY;
  }

  int tagStart() {
    return tagStart;
  }

  boolean is(Role role) {
    return known != null && known.role() == role;
  }

  int rank() {
    return known == null ? Integer.MAX_VALUE : known.rank();
  }

  /** The value when it is text; else null. */
  @Nullable Slice text() {
    AnyValueView view = new AnyValueView(value);
    return view.type() == AnyValueView.Type.STRING ? view.payload() : null;
  }

  /** An id or level as text; empty when the value is too long for one, or is none. */
  String word() {
    String text = value.length() > 256 ? null : new AnyValueView(value).scalarText();
    return text == null ? "" : text.strip();
  }

  /** It has found a place of its own. */
  void move() {
    gone = movable;
  }

  /** What it says is said elsewhere. Holds for fields of the body only: an attribute was sent. */
  void dropRepeated() {
    gone |= isFromBody();
  }

  boolean isGone() {
    return gone;
  }
}
