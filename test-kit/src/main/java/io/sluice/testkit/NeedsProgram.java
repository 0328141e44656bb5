package io.sluice.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says that tests need programs of the machine, by the names under which {@code PATH} finds them.
 * Where one is missing the tests are skipped and say which; with {@code CI=true} they fail, so that
 * nobody takes a build for complete that has left them out. {@link Programs} says where they are.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsProgramCondition.class)
public @interface NeedsProgram {
  String[] value();
}
