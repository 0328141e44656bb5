package io.sluice.processors.sanitize.statements;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * In what the dialects of SQL differ where it decides whether a byte is inside a literal, as their
 * databases read it unless a session's settings say otherwise.
 */
enum SqlSyntax {
  /** Also what reads like it: Db2, H2, Trino, Teradata, CQL. */
  STANDARD(Feature.DOLLAR_QUOTES, Feature.SLASH_COMMENTS),
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
  CYPHER(
      Feature.NO_DASH_COMMENTS,
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.BACKSLASH_ESCAPES,
      Feature.BACKTICKS,
      Feature.SLASH_COMMENTS),
  UNKNOWN(
      Feature.UNCERTAIN,
      Feature.DOUBLE_QUOTED_STRINGS,
      Feature.BACKTICKS,
      Feature.DOLLAR_QUOTES,
      Feature.HASH_COMMENTS,
      Feature.SLASH_COMMENTS,
      Feature.NESTED_COMMENTS);

  /** A property of a dialect. */
  enum Feature {
    /** "..." is a string and no name. */
    DOUBLE_QUOTED_STRINGS,
    /** "..." is a name, but a string where no such name is, or where an option says so. */
    PERHAPS_DOUBLE_QUOTED_STRINGS,
    /** In every string, and not only in {@code E'...'}. */
    BACKSLASH_ESCAPES,
    TRIPLE_QUOTES,
    BACKTICKS,
    BRACKETS,
    DOLLAR_QUOTES,
    HASH_COMMENTS,
    SLASH_COMMENTS,
    /** {@code (a)-->(b)} is a pattern. */
    NO_DASH_COMMENTS,
    /** Two hyphens begin a comment only before white space. */
    DASHES_NEED_SPACE,
    NESTED_COMMENTS,
    /** {@code $1} is an amount and no placeholder. */
    MONEY,
    /** Where databases would read a quote differently, nothing behind it may stay. */
    UNCERTAIN
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
