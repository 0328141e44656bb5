package io.sluice.processors.sanitize.statements;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a database system writes its statements, known by the value of {@code db.system.name} or of
 * its old name {@code db.system}.
 */
public enum Dialect {
  STANDARD_SQL(SqlSyntax.STANDARD),
  POSTGRESQL(SqlSyntax.POSTGRESQL),
  MYSQL(SqlSyntax.MYSQL),
  SQL_SERVER(SqlSyntax.SQL_SERVER),
  SQLITE(SqlSyntax.SQLITE),
  ORACLE(SqlSyntax.ORACLE),
  /** ClickHouse, Snowflake, Redshift. */
  WAREHOUSE(SqlSyntax.WAREHOUSE),
  /** BigQuery, Spanner, Spark, Hive, Databricks. */
  LAKE(SqlSyntax.LAKE),
  CYPHER(SqlSyntax.CYPHER),
  REDIS(null),
  MEMCACHED(null),
  MONGODB(null),
  /** Statements that are JSON: Elasticsearch, OpenSearch, CouchDB. */
  JSON(null),
  /** Another system, or none named: judged by the statement, and hides more than the others. */
  UNKNOWN(SqlSyntax.UNKNOWN);

  private static final int MAX_NAME = 64;
  private static final Map<String, Dialect> SYSTEMS = systems();

  private final @Nullable SqlSyntax sql;

  Dialect(@Nullable SqlSyntax sql) {
    this.sql = sql;
  }

  /** The dialect of a system; {@link #UNKNOWN} for null and for one that is not known. */
  public static Dialect of(@Nullable String system) {
    if (system == null || system.length() > MAX_NAME) {
      return UNKNOWN;
    }
    Dialect known = SYSTEMS.get(system);
    return known != null
        ? known
        : SYSTEMS.getOrDefault(system.strip().toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /** The syntax of a dialect of SQL; null for what is none. */
  @Nullable SqlSyntax sql() {
    return sql;
  }

  private static Map<String, Dialect> systems() {
    Map<String, Dialect> systems = new HashMap<>();
    put(systems, STANDARD_SQL, "db2 ibm.db2 derby hsqldb h2 h2database firebird firebirdsql");
    put(systems, STANDARD_SQL, "trino presto teradata hanadb sap.hana aws.dynamodb dynamodb");
    put(systems, STANDARD_SQL, "cassandra scylladb");
    put(systems, POSTGRESQL, "postgresql postgres cockroachdb edb greenplum vertica netezza");
    put(systems, POSTGRESQL, "yugabytedb timescaledb");
    put(systems, MYSQL, "mysql mariadb tidb singlestore memsql");
    put(systems, SQL_SERVER, "mssql microsoft.sql_server sqlserver mssqlcompact sybase");
    put(systems, SQLITE, "sqlite");
    put(systems, ORACLE, "oracle oracle.db");
    put(systems, WAREHOUSE, "clickhouse snowflake redshift aws.redshift");
    put(systems, LAKE, "bigquery gcp.bigquery spanner gcp.spanner spark hive databricks");
    put(systems, CYPHER, "neo4j memgraph");
    put(systems, REDIS, "redis valkey keydb dragonfly");
    put(systems, MEMCACHED, "memcached");
    put(systems, MONGODB, "mongodb aws.documentdb");
    put(systems, JSON, "elasticsearch opensearch couchdb");
    return Map.copyOf(systems);
  }

  private static void put(Map<String, Dialect> systems, Dialect dialect, String names) {
    for (String name : names.split(" ", -1)) {
      systems.put(name, dialect);
    }
  }
}
