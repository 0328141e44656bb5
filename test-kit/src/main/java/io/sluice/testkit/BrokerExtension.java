package io.sluice.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link WithBroker}. JUnit's stores close what they hold: after the test, after the run. */
final class BrokerExtension implements ParameterResolver {

  private static final Namespace STORE = Namespace.create(BrokerExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestBroker.class || type == RestartableBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var store = context.getStore(STORE);
    if (parameter.getParameter().getType() == RestartableBroker.class) {
      return store.getOrComputeIfAbsent(
          RestartableBroker.class, key -> RestartableBroker.start(), RestartableBroker.class);
    }
    return broker(context);
  }

  static TestBroker broker(ExtensionContext context) {
    return context
        .getStore(STORE)
        .getOrComputeIfAbsent(
            TestBroker.class, key -> shared(context).newNamespace(), TestBroker.class);
  }

  private static RestartableBroker shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent(
            "shared broker", key -> RestartableBroker.start(), RestartableBroker.class);
  }
}
