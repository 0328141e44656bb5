package io.sluice.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** As much of JSON Schema as the API's description uses. */
final class JsonShape {

  private final JsonNode document;
  private final List<String> problems = new ArrayList<>();

  private JsonShape(JsonNode document) {
    this.document = document;
  }

  /** What does not fit, each with its place. */
  static List<String> problems(JsonNode document, JsonNode schema, JsonNode value) {
    JsonShape shape = new JsonShape(document);
    shape.check("$", schema, value);
    return shape.problems;
  }

  private void check(String place, JsonNode schema, JsonNode value) {
    if (schema.has("$ref")) {
      check(place, document.at(schema.get("$ref").asText().substring(1)), value);
    } else if (schema.has("oneOf")) {
      if (!value.isNull()) {
        check(place, schema.at("/oneOf/0"), value);
      }
    } else if (!hasType(schema.get("type"), value)) {
      problems.add(place + " is " + value.getNodeType() + ", not " + schema.get("type"));
    } else if (value.isObject()) {
      checkObject(place, schema, value);
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(place + "/" + i, schema.get("items"), value.get(i));
      }
    } else if (value.isTextual() && "date-time".equals(schema.path("format").asText())) {
      checkTime(place, value.asText());
    }
  }

  private void checkObject(String place, JsonNode schema, JsonNode value) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        problems.add(place + " has no " + name.asText());
      }
    }
    JsonNode others = schema.get("additionalProperties");
    value
        .properties()
        .forEach(
            field -> {
              JsonNode known = schema.path("properties").get(field.getKey());
              String at = place + "/" + field.getKey();
              if (known != null) {
                check(at, known, field.getValue());
              } else if (others != null && others.isObject()) {
                check(at, others, field.getValue());
              } else if (others != null) {
                problems.add(at + " is not described");
              }
            });
  }

  private void checkTime(String place, String text) {
    try {
      Instant.parse(text);
    } catch (DateTimeParseException e) {
      problems.add(place + " is no time: " + text);
    }
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode each : type) {
        if (hasType(each, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> throw new IllegalArgumentException("no type " + type);
    };
  }
}
