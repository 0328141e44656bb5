package io.sluice.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.List;
import java.util.Map;

/** Java values as OTLP's. */
final class Attributes {

  private Attributes() {}

  static KeyValue attribute(String key, Object value) {
    return KeyValue.newBuilder().setKey(key).setValue(value(value)).build();
  }

  static List<KeyValue> attributes(Map<?, ?> values) {
    return values.entrySet().stream()
        .map(entry -> attribute((String) entry.getKey(), entry.getValue()))
        .toList();
  }

  static AnyValue value(Object value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    if (value instanceof String text) {
      any.setStringValue(text);
    } else if (value instanceof Boolean truth) {
      any.setBoolValue(truth);
    } else if (value instanceof Integer || value instanceof Long) {
      any.setIntValue(((Number) value).longValue());
    } else if (value instanceof Double number) {
      any.setDoubleValue(number);
    } else if (value instanceof byte[] bytes) {
      any.setBytesValue(ByteString.copyFrom(bytes));
    } else if (value instanceof List<?> list) {
      any.setArrayValue(
          ArrayValue.newBuilder().addAllValues(list.stream().map(Attributes::value).toList()));
    } else if (value instanceof Map<?, ?> map) {
      any.setKvlistValue(KeyValueList.newBuilder().addAllValues(attributes(map)));
    } else {
      throw new IllegalArgumentException("OTLP has no value of " + value.getClass());
    }
    return any.build();
  }
}
