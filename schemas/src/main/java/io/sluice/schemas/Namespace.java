package io.sluice.schemas;

import java.util.regex.Pattern;

/**
 * Separates tenants on one cluster: a prefix of topics, application ids and index names.
 *
 * @param name lower-case letters, digits and hyphens, at most 40; empty for none
 */
public record Namespace(String name) {

  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}|");

  public Namespace {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "a namespace is lower-case letters, digits and hyphens, at most 40 of them");
    }
  }

  /** Whether this can be a namespace's name. */
  public static boolean isValid(String name) {
    return VALID.matcher(name).matches();
  }

  /** No prefix. */
  public static Namespace none() {
    return new Namespace("");
  }

  /** The name of the topic on the cluster. */
  public String topic(Topic topic) {
    return prefixed(topic.name());
  }

  /** The Streams application id, or consumer group, of a role. */
  public String applicationId(String role) {
    return prefixed("sluice." + role);
  }

  private String prefixed(String plain) {
    return name.isEmpty() ? plain : name + "." + plain;
  }
}
