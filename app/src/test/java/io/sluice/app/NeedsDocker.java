package io.sluice.app;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says that tests need a Docker that lets them start containers, and what builds images where no
 * registry is reached. Where one is missing, or not permitted, they are skipped and say why, in a
 * CI too: not every one may run containers.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDockerCondition.class)
@interface NeedsDocker {}
