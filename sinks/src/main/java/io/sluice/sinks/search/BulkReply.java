package io.sluice.sinks.search;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer to a bulk request says of each document. Only what is known to be the document's
 * own fault costs it; whatever else is wrong may be mended, so the document is sent again.
 *
 * @param again documents to send again
 * @param dead documents that will never be taken, with a sentence that quotes no value
 * @param isThrottled whether the cluster asks for less
 * @param isRefused whether these credentials may not write
 * @param trouble what keeps the documents to send again from being taken; empty when there are none
 */
record BulkReply(
    List<Integer> again,
    Map<Integer, String> dead,
    boolean isThrottled,
    boolean isRefused,
    String trouble) {

  private static final Set<String> FAULTS_OF_DOCUMENTS =
      Set.of(
          "mapper_parsing_exception",
          "document_parsing_exception",
          "parsing_exception",
          "json_parse_exception",
          "x_content_parse_exception",
          "strict_dynamic_mapping_exception",
          "action_request_validation_exception",
          "illegal_argument_exception");

  /**
   * What is wrong with an index, the template over it or the cluster's settings, told by the type
   * of a document's fault.
   */
  private static final Pattern FAULT_OF_INDEX =
      Pattern.compile(
          "pipeline with id \\[.{0,300}\\] does not exist"
              + "|number of documents in the index cannot exceed"
              + "|only write ops with an op_type of create are allowed in data streams"
              + "|no write index is defined for alias"
              + "|unknown setting \\["
              + "|explicit index in bulk is not allowed"
              + "|Failed to parse mapping");

  /** Sentences of the cluster in which names are quoted, and no values. */
  private static final Pattern SAFE =
      Pattern.compile(
          "failed to parse field \\[[^\\]]{1,300}\\] of type \\[\\w+\\]"
              + "|object mapping for \\[[^\\]]{1,300}\\] tried to parse field \\[[^\\]]{1,300}\\] as object"
              + "|mapping set to strict, dynamic introduction of \\[[^\\]]{1,300}\\]"
              + "|Limit of total fields \\[\\d+\\] has been exceeded"
              + "|Document contains at least one immense term in field=\"[^\"]{1,300}\"");

  /**
   * @param documents how many were sent
   * @throws IOException when the answer is not what it should be, as if there were none
   */
  static BulkReply of(Reply reply, int documents) throws IOException {
    if (isWithoutErrors(reply.body())) {
      return new BulkReply(List.of(), Map.of(), false, false, "");
    }
    JsonNode items = reply.json().path("items");
    if (items.size() != documents) {
      throw new IOException(
          "the answer speaks of " + items.size() + " documents, not of " + documents);
    }
    List<Integer> again = new ArrayList<>();
    Map<Integer, String> dead = new LinkedHashMap<>();
    boolean throttled = false;
    boolean refused = false;
    String trouble = "";
    for (int i = 0; i < documents; i++) {
      JsonNode item = items.get(i).elements().next();
      int status = item.path("status").asInt();
      if (status / 100 == 2) {
        continue;
      }
      String type = item.path("error").path("type").asText();
      if (isFaultOfDocument(status, item.path("error"))) {
        dead.put(i, sentence(status, item.path("error")));
        continue;
      }
      again.add(i);
      throttled |= status == 429 && !type.equals("cluster_block_exception");
      refused |= status == 401 || (status == 403 && !type.equals("cluster_block_exception"));
      trouble =
          type.equals("cluster_block_exception")
              ? "an index takes no writes (the disk may be full): " + status + " " + type
              : status + " " + type;
    }
    return new BulkReply(again, dead, throttled, refused, trouble);
  }

  /** Whether it says so; the list of what was taken, a line for each document, is not read. */
  private static boolean isWithoutErrors(byte[] answer) throws IOException {
    try (JsonParser in = OpenSearchClient.JSON.createParser(answer)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (in.nextToken() == JsonToken.VALUE_FALSE && name.equals("errors")) {
          return true;
        }
        in.skipChildren();
      }
    }
    return false;
  }

  /** Whether a document, or one of a request, will never be taken. */
  static boolean isFaultOfDocument(int status, JsonNode error) {
    return status == 413
        || (status == 400
            && FAULTS_OF_DOCUMENTS.contains(error.path("type").asText())
            && !FAULT_OF_INDEX.matcher(error.path("reason").asText()).lookingAt());
  }

  /** What the cluster says of a document, without what may be a value. */
  static String sentence(int status, JsonNode error) {
    String type = error.path("type").asText("request");
    Matcher safe = SAFE.matcher(error.path("reason").asText());
    return "OpenSearch answered " + status + " " + type + (safe.find() ? ": " + safe.group() : "");
  }
}
