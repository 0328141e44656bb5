package io.sluice.processor.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a processor through what every processor must keep, one test for each {@link Promise}. The
 * method says which processor, and what it reads:
 *
 * <pre>{@code
 * @Conformance
 * void countsOrders(Subject subject) {
 *   subject
 *       .runs(new OrdersProcessor())
 *       .reads((round, inputs) ->
 *           inputs.send(Topics.LOGS, service("shop").log("order " + round).toRequestBytes()));
 * }
 * }</pre>
 *
 * Restarts and rebalances are real ones, on a broker that runs in the test.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ConformanceExtension.class)
public @interface Conformance {}
