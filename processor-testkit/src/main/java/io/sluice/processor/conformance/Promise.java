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
  /** What never comes again is forgotten: neither the entries of stores nor their bytes grow. */
  STATE("state does not grow without end") {
    @Override
    void check(Subject.Described subject, Supplier<TestBroker> broker) {
      DriverChecks.state(subject);
    }
  },
  /**
   * A process is killed in the middle of a record, and the next one goes on: what was committed is
   * there, and what was not is processed once more. Static fields survive, as both are in one JVM.
   */
  RESTART("a kill and a restart change nothing") {
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
