package io.sluice.instrumentation.logs;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import java.util.ArrayList;
import java.util.List;

/** Values of OTLP as the SDK has them. */
final class Decoded {

  private Decoded() {}

  static Attributes attributes(AttributesView view) {
    AttributesBuilder attributes = Attributes.builder();
    view.forEach((key, value) -> put(attributes, key, value));
    return attributes.build();
  }

  private static void put(AttributesBuilder attributes, String key, AnyValueView value) {
    switch (value.type()) {
      case STRING -> attributes.put(key, value.payload().utf8());
      case BOOL -> attributes.put(key, value.boolValue());
      case INT -> attributes.put(key, value.intValue());
      case DOUBLE -> attributes.put(key, value.doubleValue());
      default -> attributes.put(AttributeKey.valueKey(key), value(value));
    }
  }

  static Value<?> value(AnyValueView value) {
    return switch (value.type()) {
      case STRING -> Value.of(value.payload().utf8());
      case BOOL -> Value.of(value.boolValue());
      case INT -> Value.of(value.intValue());
      case DOUBLE -> Value.of(value.doubleValue());
      case BYTES -> Value.of(value.payload().toBytes());
      case ARRAY -> {
        List<Value<?>> items = new ArrayList<>();
        value.forEachItem(item -> items.add(value(item)));
        yield Value.of(items);
      }
      case KVLIST -> {
        List<KeyValue> entries = new ArrayList<>();
        value.entries().forEach((key, entry) -> entries.add(KeyValue.of(key, value(entry))));
        yield Value.of(entries.toArray(KeyValue[]::new));
      }
      case EMPTY -> Value.empty();
    };
  }
}
