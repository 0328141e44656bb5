package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Namespace;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of indexes, their templates and how long they are kept. A document's index is that of
 * the day on which its record reached Kafka, so a repeat finds the same one; nothing of its content
 * is in the name.
 */
final class OpenSearchIndexes {

  /** Raised with every change of a template. */
  static final int TEMPLATE_VERSION = 2;

  /** What is kept, and the name of its indexes without namespace and day. */
  enum Kind {
    LOGS("logs-otel-v1"),
    SPANS("otel-v1-apm-span"),
    SERVICE_MAP("otel-v1-apm-service-map"),
    TRACES("sluice-traces"),
    REDACTIONS("sluice-redactions");

    private final String base;

    Kind(String base) {
      this.base = base;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(OpenSearchIndexes.class);
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd");
  private static final String POLICY = "sluice-retention";
  private static final String AGE = "/policy/states/0/transitions/0/conditions/min_index_age";
  private static final String PATTERNS = "/policy/ism_template/0/index_patterns";
  private static final int FIELDS_OF_LAYOUT = 200;

  private final OpenSearchClient client;
  private final OpenSearchConfig config;
  private final String prefix;
  private boolean managed;
  private long dayOfText = Long.MIN_VALUE;
  private String textOfDay = "";

  OpenSearchIndexes(OpenSearchClient client, OpenSearchConfig config, Namespace namespace) {
    this.client = client;
    this.config = config;
    this.prefix = namespace.name().isEmpty() ? "" : namespace.name() + "-";
  }

  /** The index of a day. For the thread that writes. */
  String index(Kind kind, long arrivedMillis) {
    long day = Math.floorDiv(arrivedMillis, TimeUnit.DAYS.toMillis(1));
    if (day != dayOfText) { // most documents arrived on the day of the one before
      textOfDay = DAY.format(LocalDate.ofEpochDay(day));
      dayOfText = day;
    }
    return prefix + kind.base + "-" + textOfDay;
  }

  /** All indexes of a kind. */
  String all(Kind kind) {
    return String.join(",", days(kind));
  }

  /**
   * What days match, and what other producers name theirs does not ({@code
   * otel-v1-apm-span-000001}): a pattern has no other sign than {@code *}.
   */
  private List<String> days(Kind kind) {
    String base = prefix + kind.base;
    return List.of(base + "-1*.*.*", base + "-2*.*.*");
  }

  /** Where it is noted up to where the topics are read. */
  String offsets() {
    return prefix + "sluice-offsets";
  }

  /**
   * Brings templates up to date, and the policy by which the cluster itself deletes old indexes
   * where it has Index State Management.
   *
   * @throws IOException when the cluster does not take them now
   */
  void install(long retentionMillis) throws IOException {
    for (Kind kind : Kind.values()) {
      install(prefix + kind.base, days(kind), kind.base);
    }
    managed = installPolicy(retentionMillis);
    if (managed) {
      manageAll();
    } else {
      log.info("without Index State Management the sink deletes old indexes itself");
    }
  }

  private void install(String name, List<String> patterns, String resource) throws IOException {
    String path = "/_index_template/" + name + "-sluice";
    Reply found = require(client.get(path), 404);
    if (found.isOk()) {
      JsonNode version =
          found.json().path("index_templates").path(0).path("index_template").path("version");
      JsonNode limit =
          found
              .json()
              .path("index_templates")
              .path(0)
              .path("index_template")
              .at("/template/settings/index/mapping/total_fields/limit");
      boolean sameLimit = limit.isMissingNode() || limit.asInt() == totalFields();
      if (version.asInt() > TEMPLATE_VERSION
          || (version.asInt() == TEMPLATE_VERSION && sameLimit)) {
        return;
      }
    }
    ObjectNode template = read(resource);
    ObjectNode whole = OpenSearchClient.JSON.createObjectNode();
    patterns.forEach(whole.putArray("index_patterns")::add);
    whole.put("priority", 300).put("version", TEMPLATE_VERSION);
    ObjectNode settings = whole.putObject("template").putObject("settings");
    settings.put("index.mapping.total_fields.limit", totalFields());
    settings.put("index.auto_expand_replicas", "0-1");
    settings.put("index.refresh_interval", "1s");
    whole.withObject("/template").set("mappings", template);
    require(client.put(path, whole));
  }

  /** Fields of attributes, and of the layout. */
  private int totalFields() {
    return config.maxAttributeFields() + FIELDS_OF_LAYOUT;
  }

  private static ObjectNode read(String resource) throws IOException {
    try (InputStream in =
        OpenSearchIndexes.class.getResourceAsStream("opensearch/" + resource + ".json")) {
      if (in == null) {
        throw new IllegalStateException("no mapping of " + resource + " in this build");
      }
      return (ObjectNode) OpenSearchClient.JSON.readTree(in);
    }
  }

  private boolean installPolicy(long retentionMillis) throws IOException {
    String path = "/_plugins/_ism/policies/" + prefix + POLICY;
    Reply found = answered(client.get(path));
    // It counts from when an index was made, at the beginning of its day; the last of its documents
    // are to be kept as long.
    String age = (retentionMillis / 1000 + TimeUnit.DAYS.toSeconds(1)) + "s";
    if (found.isOk()) {
      JsonNode policy = found.json();
      ObjectNode wanted = policy(age);
      if (List.of(AGE, PATTERNS).stream().allMatch(of -> policy.at(of).equals(wanted.at(of)))) {
        return true;
      }
      String place =
          "?if_seq_no="
              + policy.path("_seq_no").asLong()
              + "&if_primary_term="
              + policy.path("_primary_term").asLong();
      require(client.put(path + place, wanted));
      return true;
    }
    if (found.status() == 404) {
      Reply made = answered(client.put(path, policy(age)));
      if (!made.isOk()) {
        log.warn("the cluster does not take the policy {}: {}", prefix + POLICY, made.sentence());
      }
      return made.isOk();
    }
    if (found.status() == 401) {
      throw new OpenSearchUnavailableException("OpenSearch refuses: " + found.sentence());
    }
    if (found.status() == 403) {
      log.warn("no right to see the policy {}: {}", prefix + POLICY, found.sentence());
    }
    return false; // 400: no such address, the plugin is not there
  }

  /**
   * Puts the indexes under the policy that were made when it was not there: the cluster does that
   * by itself only for new ones. Those that have a policy, any one, keep it. Nothing waits for it:
   * the next start does it too.
   */
  private void manageAll() throws IOException {
    ObjectNode policy = OpenSearchClient.JSON.createObjectNode().put("policy_id", prefix + POLICY);
    String all = Stream.of(Kind.values()).map(this::all).collect(Collectors.joining(","));
    Reply reply = client.post("/_plugins/_ism/add/" + all, policy);
    if (!reply.isOk()) {
      log.warn(
          "indexes that were made before the policy {} was there are not deleted: {}",
          prefix + POLICY,
          reply.sentence());
    }
  }

  /** The reply, unless another one may come when it is asked for later. */
  private static Reply answered(Reply reply) throws IOException {
    return reply.status() == 429 || reply.status() >= 500 ? require(reply) : reply;
  }

  private ObjectNode policy(String age) {
    ObjectNode policy = OpenSearchClient.JSON.createObjectNode();
    ObjectNode content = policy.putObject("policy");
    content.put("description", "Deletes what Sluice wrote when it is old");
    content.put("default_state", "kept");
    ArrayNode states = content.putArray("states");
    ObjectNode kept = states.addObject().put("name", "kept");
    kept.putArray("actions");
    ObjectNode transition = kept.putArray("transitions").addObject().put("state_name", "old");
    transition.putObject("conditions").put("min_index_age", age);
    ObjectNode old = states.addObject().put("name", "old");
    old.putArray("actions").addObject().putObject("delete");
    old.putArray("transitions");
    ObjectNode of = content.putArray("ism_template").addObject().put("priority", 300);
    ArrayNode patterns = of.putArray("index_patterns");
    for (Kind kind : Kind.values()) {
      days(kind).forEach(patterns::add);
    }
    return policy;
  }

  /**
   * Deletes the indexes that were made a day before that time or earlier, so that the last of their
   * documents are as old too, unless the cluster does it itself. The day in a name follows from
   * what senders wrote, so it does not decide.
   *
   * @throws IOException when the cluster does not answer as it should
   */
  void deleteBefore(long storedMillis) throws IOException {
    if (managed) {
      return;
    }
    long made = storedMillis - TimeUnit.DAYS.toMillis(1);
    for (Kind kind : Kind.values()) {
      String path = "/_cat/indices/" + all(kind) + "?format=json&h=index,creation.date";
      Reply found = require(client.get(path), 404);
      if (!found.isOk()) {
        continue;
      }
      for (JsonNode each : found.json()) {
        String index = each.path("index").asText();
        if (isOfDay(index) && each.path("creation.date").asLong(Long.MAX_VALUE) <= made) {
          require(client.delete("/" + index), 404);
          log.info("deleted the index {}: its time is over", index);
        }
      }
    }
  }

  private static boolean isOfDay(String index) {
    int at = index.length() - "2026.01.01".length();
    try {
      return at >= 0 && LocalDate.parse(index.substring(at), DAY) != null;
    } catch (DateTimeParseException e) {
      return false; // somebody else's
    }
  }

  /**
   * The attributes that have fields in an index; none when it is not there.
   *
   * @throws IOException when the cluster does not answer as it should
   */
  AttributeFields fields(String index) throws IOException {
    Reply found = require(client.get("/" + index), 404);
    Set<String> names = new HashSet<>();
    int limit = config.maxAttributeFields();
    if (found.isOk()) {
      JsonNode there = found.json().path(index);
      JsonNode most = there.at("/settings/index/mapping/total_fields/limit");
      if (!most.isMissingNode()) {
        // Made before the setting was raised, it refuses documents with more.
        limit = Math.min(limit, most.asInt() - FIELDS_OF_LAYOUT);
      }
      JsonNode properties = there.path("mappings").path("properties");
      for (String object : List.of("log", "span", "resource")) {
        properties
            .path(object)
            .path("properties")
            .path("attributes")
            .path("properties")
            .fieldNames()
            .forEachRemaining(name -> names.add(object + ".attributes." + name));
      }
    }
    return new AttributeFields(names, limit);
  }

  /** The reply, when it is good. */
  static Reply require(Reply reply, Integer... alsoGood) throws IOException {
    if (reply.isOk() || List.of(alsoGood).contains(reply.status())) {
      return reply;
    }
    if (reply.isRefused()) {
      throw new OpenSearchUnavailableException("OpenSearch refuses: " + reply.sentence());
    }
    throw new IOException("OpenSearch answered " + reply.sentence());
  }

  /** Parameters of reads: days that are not there are no error. */
  static Map<String, String> lenient() {
    return Map.of("ignore_unavailable", "true", "allow_no_indices", "true");
  }
}
