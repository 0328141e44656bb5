package io.sluice.processors.sanitize.statements;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * In what the dialects of SQL differ where it decides whether a byte is inside a literal. What is
 * uncertain is named so: there the scrubber takes the reading that hides more.
 */
enum SqlSyntax {
  STANDARD(Feature.DOLLAR_QUOTES),
  POSTGRESQL(Feature.DOLLAR_QUOTES, Feature.NESTED_COMMENTS),
  MYSQL(
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.BACKSLASH_ESCAPES,
      Feature.BACKTICKS,
      Feature.HASH_COMMENTS,
      Feature.DASHES_NEED_SPACE),
  SQL_SERVER(
      Feature.PERHAPS_DOUBLE_QUOTED_STRINGS,
      Feature.BRACKETS,
      Feature.NESTED_COMMENTS,
      Feature.MONEY),
  SQLITE(Feature.PERHAPS_DOUBLE_QUOTED_STRINGS, Feature.BACKTICKS, Feature.BRACKETS),
  ORACLE(),
  /** ClickHouse, Snowflake, Redshift. */
  WAREHOUSE(
      Feature.BACKSLASH_ESCAPES,
      Feature.BACKTICKS,
      Feature.DOLLAR_QUOTES,
      Feature.SLASH_COMMENTS,
      Feature.NESTED_COMMENTS),
  /** BigQuery, Spanner, Spark, Hive, Databricks. */
  LAKE(
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.BACKSLASH_ESCAPES,
      Feature.TRIPLE_QUOTES,
      Feature.BACKTICKS,
      Feature.HASH_COMMENTS,
      Feature.NESTED_COMMENTS),
  CQL(Feature.DOLLAR_QUOTES, Feature.SLASH_COMMENTS),
  CYPHER(
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.BACKSLASH_ESCAPES,
      Feature.BACKTICKS,
      Feature.SLASH_COMMENTS),
  UNKNOWN(
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.PERHAPS_BACKSLASH_ESCAPES,
      Feature.PERHAPS_TRIPLE_QUOTES,
      Feature.BACKTICKS,
      Feature.DOLLAR_QUOTES,
      Feature.NESTED_COMMENTS);

  /** A property of a dialect. */
  enum Feature {
    /** "..." is a string and no name. */
    DOUBLE_QUOTED_STRINGS,
    /** "..." is a name, but a string where no such name is, or where an option says so. */
    PERHAPS_DOUBLE_QUOTED_STRINGS,
    /** In every string, and not only in {@code E'...'}. */
    BACKSLASH_ESCAPES,
    /** After a quote with a backslash before it nothing is certain. */
    PERHAPS_BACKSLASH_ESCAPES,
    TRIPLE_QUOTES,
    /** After three quotes nothing is certain. */
    PERHAPS_TRIPLE_QUOTES,
    BACKTICKS,
    BRACKETS,
    DOLLAR_QUOTES,
    HASH_COMMENTS,
    SLASH_COMMENTS,
    /** Two hyphens begin a comment only before white space. */
    DASHES_NEED_SPACE,
    NESTED_COMMENTS,
    /** {@code $1} is an amount and no placeholder. */
    MONEY
  }

  @SuppressWarnings("ImmutableEnumChecker") // never changed once it is filled
  private final Set<Feature> features = EnumSet.noneOf(Feature.class);

  SqlSyntax(Feature... features) {
    this.features.addAll(List.of(features));
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }
}
