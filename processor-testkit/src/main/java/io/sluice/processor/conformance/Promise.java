package io.sluice.processor.conformance;

import io.sluice.testkit.TestBroker;
import java.util.function.Supplier;

/** What every processor must keep. */
public enum Promise {
  /** Bytes that are no record cost themselves: a dead letter each, and the same result. */
  POISON("poison costs itself and nothing else") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      DriverChecks.poison(subject);
    }
  },
  /** The same input gives the same output, byte for byte. */
  REPLAY("replay gives the same") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      DriverChecks.replay(subject);
    }
  },
  /** What never comes again is forgotten. Entries count, not how long their values become. */
  STATE("state does not grow without end") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      DriverChecks.state(subject);
    }
  },
  /** A process that begins anew with an empty disk goes on where the last one ended. */
  RESTART("a restart changes nothing") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      BrokerChecks.restart(subject, broker.get());
    }
  },
  /** A process that joins, and one that leaves. */
  REBALANCE("a rebalance changes nothing") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      BrokerChecks.rebalance(subject, broker.get());
    }
  },
  /** Partitions that nothing comes in hold nothing up. */
  IDLE("idle partitions hold nothing up") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      BrokerChecks.idlePartitions(subject, broker.get());
    }
  };

  private final String sentence;

  Promise(String sentence) {
    this.sentence = sentence;
  }

  abstract void check(Subject.Described subject, Supplier<TestBroker> broker);

  @Override
  public String toString() {
    return sentence;
  }
}
