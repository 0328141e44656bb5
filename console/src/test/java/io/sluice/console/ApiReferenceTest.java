package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reference page is made from the API's description; a change of one changes the other. */
class ApiReferenceTest {

  /** Said once: of who may not use the console. */
  private static final Set<String> EVERYWHERE = Set.of("401", "403");

  private static final Path PAGE = Path.of("../docs/api-reference.md");

  @Test
  void isThePageInTheDocs() throws IOException {
    String page = page(OpenApi.document());
    if (Boolean.getBoolean("write.reference")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "write it anew: mvn -pl console -am test -Dtest=ApiReferenceTest -Dwrite.reference=true")
        .isEqualTo(page);
  }

  private static String page(JsonNode document) {
    StringBuilder out = new StringBuilder();
    out.append("# API reference\n\n");
    out.append(
        "Made from `/api/v1/openapi.json` (OpenAPI 3.1), which tests hold to the real answers. ");
    out.append(document.at("/info/description").asText()).append("\n");
    out.append(document.at("/components/securitySchemes/bearerAuth/description").asText());
    out.append(" Without one that may read, every resource answers 401 or 403.\n");
    document
        .get("paths")
        .properties()
        .forEach(path -> resource(path.getKey(), path.getValue().get("get"), out));
    out.append("\n## Objects\n");
    for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
      out.append("\n### ").append(schema.getKey()).append("\n\n");
      out.append(fields(schema.getValue()));
    }
    return out.toString();
  }

  private static void resource(String path, JsonNode get, StringBuilder out) {
    out.append("\n## `GET ").append(path).append("`\n\n");
    out.append(get.get("summary").asText()).append(". ");
    out.append(get.path("description").asText()).append("\n");
    if (!get.get("parameters").isEmpty()) {
      out.append("\n| parameter | what it says |\n| --- | --- |\n");
    }
    for (JsonNode parameter : get.get("parameters")) {
      JsonNode schema = parameter.get("schema");
      out.append("| `").append(parameter.get("name").asText()).append("` | ");
      out.append(parameter.get("description").asText());
      if (schema.has("maximum")) {
        out.append(" 1 to ").append(schema.get("maximum").asText()).append('.');
      }
      if (schema.has("default")) {
        out.append(" Default: ").append(schema.get("default").asText()).append('.');
      }
      out.append(" |\n");
    }
    JsonNode content = get.at("/responses/200/content").properties().iterator().next().getValue();
    JsonNode schema = content.get("schema");
    out.append("\nAnswer: ");
    out.append(schema.has("properties") ? "\n\n" + fields(schema) : type(schema) + "\n");
    for (Map.Entry<String, JsonNode> response : get.get("responses").properties()) {
      if (response.getKey().startsWith("4") && !EVERYWHERE.contains(response.getKey())) {
        out.append("\n").append(response.getKey()).append(": ");
        out.append(response.getValue().get("description").asText()).append("\n");
      }
    }
  }

  private static String fields(JsonNode schema) {
    StringBuilder out = new StringBuilder();
    String description = schema.path("description").asText();
    if (!description.isEmpty()) {
      out.append(description).append("\n\n");
    }
    out.append("| field | type | |\n| --- | --- | --- |\n");
    append(schema, "", out);
    return out.toString();
  }

  private static void append(JsonNode schema, String before, StringBuilder out) {
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode of = field.getValue();
      String name = before + field.getKey();
      out.append("| `").append(name).append("` | ").append(type(of)).append(" | ");
      out.append(of.path("description").asText()).append(" |\n");
      append(of, name + ".", out);
      append(of.path("oneOf").path(0), name + ".", out);
      append(of.path("items"), name + "[].", out);
    }
  }

  private static String type(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asText().replaceAll(".*/", "");
      return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
    }
    if (schema.has("oneOf")) {
      return type(schema.at("/oneOf/0")) + " or null";
    }
    JsonNode type = schema.get("type");
    if (type.isArray()) {
      return type.get(0).asText() + " or null";
    }
    return switch (type.asText()) {
      case "array" -> "list of " + type(schema.get("items"));
      case "string" ->
          schema.path("format").asText().equals("date-time")
              ? "time"
              : schema.path("description").asText().startsWith("Server-sent")
                  ? schema.get("description").asText()
                  : "string";
      default ->
          schema.path("additionalProperties").isObject()
              ? "map of " + type(schema.get("additionalProperties"))
              : type.asText();
    };
  }
}
