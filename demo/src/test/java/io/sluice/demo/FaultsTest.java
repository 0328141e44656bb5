package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.demo.Faults.FaultStatus;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private final Faults faults = new Faults();

  @Test
  void areAllOffAtFirstAndDescribed() {
    assertThat(faults.list())
        .extracting(FaultStatus::name)
        .startsWith("payment-slow", "payment-errors", "inventory-down")
        .doesNotHaveDuplicates();
    assertThat(faults.list()).noneMatch(FaultStatus::active);
    assertThat(faults.list()).allSatisfy(fault -> assertThat(fault.description()).isNotBlank());
  }

  @Test
  void areSwitchedByName() {
    faults.activate("payment-slow");
    faults.activate("payment-slow");
    assertThat(faults.list())
        .filteredOn(FaultStatus::active)
        .extracting(FaultStatus::name)
        .containsExactly("payment-slow");

    faults.clear("payment-slow");
    faults.clear("payment-slow");
    assertThat(faults.list()).noneMatch(FaultStatus::active);
  }

  @Test
  void listTheRightNamesForAWrongOne() {
    assertThatThrownBy(() -> faults.activate("payment-slwo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("payment-slow, payment-errors, inventory-down");
    assertThatThrownBy(() -> faults.clear("")).isInstanceOf(IllegalArgumentException.class);
  }
}
