package io.sluice.processor.conformance;

import io.sluice.testkit.TestBroker;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** See {@link Conformance}: the method describes the subject, then the promise is checked. */
final class ConformanceExtension implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return Arrays.asList(context.getRequiredTestMethod().getParameterTypes())
        .contains(Subject.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    return Arrays.stream(Promise.values()).map(Invocation::new);
  }

  private record Invocation(Promise promise) implements TestTemplateInvocationContext {

    @Override
    public String getDisplayName(int invocationIndex) {
      return promise.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Check(promise, new Subject()));
    }
  }

  private record Check(Promise promise, Subject subject)
      implements ParameterResolver, AfterTestExecutionCallback {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Subject.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return subject;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      if (context.getExecutionException().isEmpty()) {
        promise.check(subject.described(), () -> TestBroker.of(context));
      }
    }
  }
}
