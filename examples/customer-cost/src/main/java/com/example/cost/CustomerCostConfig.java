package com.example.cost;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.InvalidSettingException;
import java.util.Map;

/** Settings of {@code processors.customercost}. */
public record CustomerCostConfig(
    @JsonPropertyDescription("The attribute of spans that names the customer.") String attribute,
    @JsonPropertyDescription("What a second of work costs, unless the service has its own price.")
        double perSecond,
    @JsonPropertyDescription("What a second of work costs, by service.")
        Map<String, String> perSecondOf,
    @JsonPropertyDescription("Customers with a series of their own; the others are one, \"other\".")
        int maxCustomers) {

  public CustomerCostConfig {
    perSecondOf = Map.copyOf(perSecondOf);
    InvalidSettingException.unless("attribute", !attribute.isBlank(), "a name", attribute);
    InvalidSettingException.unless("perSecond", perSecond >= 0, "0 or more", perSecond);
    InvalidSettingException.unless("maxCustomers", maxCustomers > 0, "1 or more", maxCustomers);
    perSecondOf.forEach(
        (service, price) ->
            InvalidSettingException.unless(
                "perSecondOf." + service, price.matches("\\d+(\\.\\d+)?"), "a number", price));
  }

  static CustomerCostConfig defaults() {
    return new CustomerCostConfig("customer.id", 0.0001, Map.of(), 1000);
  }

  double price(String service) {
    String own = perSecondOf.get(service);
    return own == null ? perSecond : Double.parseDouble(own);
  }
}
