package io.sluice.schemas.otlp;

/** An OTLP {@code InstrumentationScope}. */
public record ScopeView(Slice bytes) {

  public String name() {
    return text(1);
  }

  public String version() {
    return text(2);
  }

  private String text(int field) {
    String text = "";
    ProtoReader in = bytes.reader();
    while (in.next()) {
      if (in.field() == field) {
        text = in.utf8();
      }
    }
    return text;
  }
}
