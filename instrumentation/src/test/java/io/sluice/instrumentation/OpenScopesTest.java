package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Without the build's setting nothing would be found. */
@EnabledIfSystemProperty(named = "io.opentelemetry.context.enableStrictContext", matches = "true")
class OpenScopesTest {

  @Test
  @SuppressWarnings("MustBeClosedChecker") // the fault that is to be found
  void saysWhereAScopeWasOpenedThatStillIs() {
    Scope forgotten = Context.root().with(ContextKey.named("order"), 1).makeCurrent();
    try {
      assertThatThrownBy(() -> OpenScopes.assertNone(getClass()))
          .isInstanceOf(AssertionError.class)
          .hasStackTraceContaining("OpenScopesTest.saysWhereAScopeWasOpenedThatStillIs");
    } finally {
      forgotten.close();
    }
    assertThatCode(() -> OpenScopes.assertNone(getClass())).doesNotThrowAnyException();
  }
}
