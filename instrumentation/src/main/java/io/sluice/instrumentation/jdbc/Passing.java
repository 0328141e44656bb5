package io.sluice.instrumentation.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Objects of JDBC that pass every call on and look at what comes back. */
final class Passing {

  private static final Object[] NONE = {};

  private Passing() {}

  /** Sees calls. */
  interface Seen {

    /** What the caller gets instead of the result of a call that succeeded. */
    @Nullable Object result(
        Object proxy, String method, Object[] arguments, @Nullable Object result) throws Exception;

    /** A call failed, and the caller gets this. */
    default void failed(Throwable failure) {}
  }

  static <T> T wrap(Class<T> type, T real, Seen seen) {
    return type.cast(
        Proxy.newProxyInstance(
            Passing.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? NONE : arguments;
              if (method.getName().equals("equals") && given.length == 1) {
                return proxy == given[0];
              }
              Object result;
              try {
                result = method.invoke(real, given);
              } catch (InvocationTargetException failure) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                seen.failed(cause);
                throw cause;
              }
              return seen.result(proxy, method.getName(), given, result);
            }));
  }
}
