package io.sluice.schemas.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages from their descriptors with a text in every field that can hold one, so that a
 * field added to OTLP is in the tests before anyone thinks of it. Alternatives of a {@code oneof}
 * come in different messages.
 */
public final class EveryTextField {

  private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");
  private static final int MAX_NESTED_VALUES = 2;

  private final String text;
  private final @Nullable Long number;

  private EveryTextField(String text, @Nullable Long number) {
    this.text = text;
    this.number = number;
  }

  /** Messages that together have the text in every field of the type and of all types in it. */
  public static List<DynamicMessage> of(Descriptor type, String text) {
    return new EveryTextField(text, null).variants(type, 0);
  }

  /** The same, with the number in every field that holds 64 bits or a double. */
  public static List<DynamicMessage> withNumbers(Descriptor type, String text, long number) {
    return new EveryTextField(text, number).variants(type, 0);
  }

  private List<DynamicMessage> variants(Descriptor type, int nestedValues) {
    int depth = nestedValues + (type.getName().equals("AnyValue") ? 1 : 0);
    List<DynamicMessage> all = new ArrayList<>();
    List<List<FieldDescriptor>> choices = choices(type, depth);
    for (List<FieldDescriptor> fields : choices) {
      int count = 1;
      for (FieldDescriptor field : fields) {
        if (field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()) {
          count = Math.max(count, variants(field.getMessageType(), depth).size());
        }
      }
      for (int i = 0; i < count; i++) {
        all.add(message(type, fields, i, depth));
      }
    }
    return all;
  }

  /** One list of fields for each alternative of the oneof, if there is one. */
  private List<List<FieldDescriptor>> choices(Descriptor type, int depth) {
    List<FieldDescriptor> always = new ArrayList<>();
    List<FieldDescriptor> alternatives = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      boolean tooDeep =
          depth > MAX_NESTED_VALUES
              && (field.getName().equals("array_value") || field.getName().equals("kvlist_value"));
      if (!tooDeep) {
        (field.getRealContainingOneof() == null ? always : alternatives).add(field);
      }
    }
    if (alternatives.isEmpty()) {
      return List.of(always);
    }
    List<List<FieldDescriptor>> choices = new ArrayList<>();
    for (FieldDescriptor alternative : alternatives) {
      List<FieldDescriptor> fields = new ArrayList<>(always);
      fields.add(alternative);
      choices.add(fields);
    }
    return choices;
  }

  private DynamicMessage message(
      Descriptor type, List<FieldDescriptor> fields, int variant, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : fields) {
      List<Object> values = values(field, depth);
      if (values.isEmpty()) {
        continue;
      }
      if (field.isRepeated()) {
        values.forEach(value -> message.addRepeatedField(field, value));
      } else {
        message.setField(field, values.get(variant % values.size()));
      }
    }
    return message.build();
  }

  private List<Object> values(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> List.of(text);
      case BYTE_STRING ->
          List.of(
              IDS.contains(field.getName())
                  ? id(field.getName().equals("trace_id") ? 16 : 8)
                  : ByteString.copyFromUtf8(text));
      case MESSAGE -> List.copyOf(variants(field.getMessageType(), depth));
      case LONG -> number == null ? List.of() : List.of(number);
      case DOUBLE -> number == null ? List.of() : List.of((double) number);
      default -> List.of();
    };
  }

  /** Valid, so that what refuses others takes the message. */
  private static ByteString id(int length) {
    byte[] id = new byte[length];
    Arrays.fill(id, (byte) 1);
    return ByteString.copyFrom(id);
  }
}
