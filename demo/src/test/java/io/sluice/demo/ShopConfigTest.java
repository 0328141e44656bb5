package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopConfigTest {

  @Test
  void sendsTenRequestsPerSecondToTheLocalEndpointByDefault() {
    assertThat(ShopConfig.defaults())
        .isEqualTo(new ShopConfig("http://localhost:4317", "localhost:9092", 10, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 501, Double.NaN})
  void refusesAnImpossibleRate(double rate) {
    assertThatThrownBy(() -> new ShopConfig("http://localhost:4317", "localhost:9092", rate, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("requestsPerSecond");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:4317", "ftp://localhost", "http://", "not a url"})
  void refusesAnImpossibleEndpoint(String endpoint) {
    assertThatThrownBy(() -> new ShopConfig(endpoint, "localhost:9092", 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("otlpEndpoint");
  }
}
