package io.sluice.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a {@link TestBroker} as parameter: a real broker, started once per JVM, with a fresh
 * namespace for each test. Asked for in {@code @BeforeAll} it is one namespace for the whole class.
 *
 * <p>Tests that stop the broker ask for a {@link RestartableBroker} instead, which is theirs alone.
 *
 * <pre>
 * &#64;WithBroker
 * class SanitizerIT {
 *   &#64;Test
 *   void masksPasswords(TestBroker broker) {
 *     broker.createTopics(2);
 *     broker.produce(RAW_LOGS, null, service("shop").log("password=hunter2").toRequestBytes());
 *     ...
 *     var clean = broker.consume(LOGS, 1, Duration.ofSeconds(20));
 *   }
 * }
 * </pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrokerExtension.class)
public @interface WithBroker {}
