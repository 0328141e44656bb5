/**
 * What OpenTelemetry's library for JDBC does not count: rows.
 *
 * @see io.sluice.instrumentation.jdbc.JdbcRows
 */
@NullMarked
package io.sluice.instrumentation.jdbc;

import org.jspecify.annotations.NullMarked;
