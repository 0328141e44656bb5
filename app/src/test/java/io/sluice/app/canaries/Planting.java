package io.sluice.app.canaries;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.sluice.schemas.otlp.EveryTextField;
import io.sluice.testkit.Telemetry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Plants secrets in requests that have every field of OTLP: a text in each that can hold one, or a
 * value under a secret's name in each list of attributes. Spans become traces of their own, and
 * everything happens now, so that no stage has a reason to leave it out.
 */
public final class Planting {

  private static final String HERE = "planted here";
  private static final Set<String> TIMES =
      Set.of("time_unix_nano", "start_time_unix_nano", "end_time_unix_nano");
  private static final List<String> SECRET_NAMES =
      List.of("password", "x-api-key", "http.request.header.authorization", "Set-Cookie", "cvv");

  private final Canaries canaries;
  private final String marker;
  private long lastTrace;
  private int lastName;

  /**
   * @param marker harmless, and left where no secret is planted
   */
  public Planting(Canaries canaries, String marker) {
    this.canaries = canaries;
    this.marker = marker;
  }

  /** Requests with a secret of its own in every field that can hold text. */
  public List<Message> texts(Descriptor request) {
    return planted(request, () -> canaries.text().text(), false);
  }

  /** Requests with secrets under telling names and secret numbers, for every list of attributes. */
  public List<Message> keyed(Descriptor request) {
    return planted(request, () -> marker, true);
  }

  private List<Message> planted(Descriptor type, Supplier<String> texts, boolean keyed) {
    List<Message> planted = new ArrayList<>();
    for (DynamicMessage request : EveryTextField.of(type, HERE)) {
      planted.add(planted(request, texts, keyed));
    }
    return planted;
  }

  private Message planted(Message template, Supplier<String> texts, boolean keyed) {
    Descriptor type = template.getDescriptorForType();
    if (keyed && type.getName().equals("KeyValue")) {
      return attribute(template);
    }
    Message.Builder message = template.toBuilder();
    for (FieldDescriptor field : template.getAllFields().keySet()) {
      if (field.isRepeated()) {
        for (int i = 0; i < template.getRepeatedFieldCount(field); i++) {
          Object value = template.getRepeatedField(field, i);
          message.setRepeatedField(field, i, planted(value, texts, keyed));
        }
      } else {
        message.setField(field, planted(template.getField(field), texts, keyed));
      }
    }
    beHereAndNow(message, type);
    return message.build();
  }

  private Object planted(Object value, Supplier<String> texts, boolean keyed) {
    if (value instanceof Message inner) {
      return planted(inner, texts, keyed);
    }
    if (value.equals(HERE)) {
      return texts.get();
    }
    return value.equals(ByteString.copyFromUtf8(HERE))
        ? ByteString.copyFromUtf8(texts.get())
        : value;
  }

  private void beHereAndNow(Message.Builder message, Descriptor type) {
    Instant now = Instant.now();
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    for (FieldDescriptor field : type.getFields()) {
      if (TIMES.contains(field.getName())) {
        message.setField(field, nanos);
      }
    }
    if (type.getName().equals("Span")) {
      lastTrace++;
      message
          .setField(type.findFieldByName("trace_id"), bytes(Telemetry.traceId(lastTrace)))
          .setField(type.findFieldByName("span_id"), bytes(Telemetry.spanId(lastTrace)))
          .clearField(type.findFieldByName("parent_span_id"));
    }
  }

  private static ByteString bytes(byte[] id) {
    return ByteString.copyFrom(id);
  }

  /** A value of every type under a secret's name, and card numbers under other names. */
  private Message attribute(Message template) {
    String name = SECRET_NAMES.get(lastName % SECRET_NAMES.size());
    KeyValue attribute =
        switch (lastName++ % 9) {
          case 0 -> attribute(name, string(canaries.keyed().text()));
          case 1 ->
              attribute(
                  name,
                  AnyValue.newBuilder()
                      .setBytesValue(ByteString.copyFromUtf8(canaries.keyed().text()))
                      .build());
          case 2 -> attribute(name, list(string("ann"), string(canaries.keyed().text())));
          case 3 -> attribute(name, map(attribute("user", list(string(canaries.keyed().text())))));
          case 4 -> attribute(name, integer(canaries.keyedNumber()));
          case 5 -> attribute(name, real(canaries.keyedNumber()));
          case 6 -> attribute("number", integer(canaries.cardNumber()));
          case 7 -> attribute("number", list(map(attribute("n", real(canaries.cardNumber())))));
          default -> attribute("login", map(attribute(name, string(canaries.keyed().text()))));
        };
    try {
      return DynamicMessage.parseFrom(template.getDescriptorForType(), attribute.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an attribute is none", e);
    }
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue integer(Canary canary) {
    return AnyValue.newBuilder().setIntValue(Long.parseLong(canary.text())).build();
  }

  private static AnyValue real(Canary canary) {
    return AnyValue.newBuilder().setDoubleValue((double) Long.parseLong(canary.text())).build();
  }

  private static AnyValue list(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  private static AnyValue map(KeyValue entry) {
    return AnyValue.newBuilder().setKvlistValue(KeyValueList.newBuilder().addValues(entry)).build();
  }
}
