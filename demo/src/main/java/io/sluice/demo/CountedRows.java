package io.sluice.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Says on the statement's span how many rows it returned, which OpenTelemetry's library does not.
 * It stands below the library, whose span is current while a statement runs.
 */
final class CountedRows {

  private static final AttributeKey<Long> RETURNED_ROWS =
      AttributeKey.longKey("db.response.returned_rows");

  private CountedRows() {}

  /** A data source, or what comes of it, with counted rows. */
  static <T> T of(T real, Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> counted(real, method, arguments)));
  }

  private static Object counted(Object real, Method method, Object[] arguments) throws Throwable {
    if (real instanceof Connection connection
        && method.getName().equals("prepareStatement")
        && arguments.length == 1) {
      // Scrollable, so that its end can be looked at first.
      return of(
          connection.prepareStatement(
              (String) arguments[0], ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY),
          PreparedStatement.class);
    }
    Object result;
    try {
      result = method.invoke(real, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
    if (result instanceof Connection connection) {
      return of(connection, Connection.class);
    }
    if (result instanceof ResultSet rows && method.getName().equals("executeQuery")) {
      Span.current().setAttribute(RETURNED_ROWS, count(rows));
    }
    return result;
  }

  private static long count(ResultSet rows) throws SQLException {
    long last = rows.last() ? rows.getRow() : 0;
    rows.beforeFirst();
    return last;
  }
}
