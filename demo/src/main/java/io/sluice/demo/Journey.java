package io.sluice.demo;

import io.sluice.demo.CheckoutService.CheckoutRequest;
import io.sluice.demo.FrontendService.SignIn;
import io.sluice.demo.InventoryService.Item;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What one visitor does, request by request. */
record Journey(List<Step> steps) {

  /**
   * One request to the frontend.
   *
   * @param body sent as JSON, or null for none
   */
  record Step(String method, String path, @Nullable Object body) {}

  /** Six of ten visitors buy, two fill a cart and leave, two only look. */
  static Journey random(Random random) {
    String customer = "customer-" + (1000 + random.nextInt(9000));
    int kind = random.nextInt(10);
    if (kind < 6) {
      return new Journey(
          List.of(
              signIn(customer),
              product(random),
              addToCart(customer, random),
              checkOut(customer, random)));
    }
    if (kind < 8) {
      return new Journey(
          List.of(
              products(),
              product(random),
              addToCart(customer, random),
              new Step("GET", "/carts/" + customer, null)));
    }
    return new Journey(List.of(products(), product(random), sometimesMistyped(random)));
  }

  /** The shortest way to an order, to warm the shop up. */
  static Journey purchase(Random random) {
    String customer = "customer-" + (1000 + random.nextInt(9000));
    return new Journey(List.of(addToCart(customer, random), checkOut(customer, random)));
  }

  private static Step signIn(String customer) {
    return new Step("POST", "/session", new SignIn(customer, DemoSecrets.NESTED_PASSWORD));
  }

  private static Step products() {
    return new Step("GET", "/products", null);
  }

  private static Step product(Random random) {
    return new Step("GET", "/products/" + anyProduct(random), null);
  }

  private static Step sometimesMistyped(Random random) {
    return random.nextInt(10) == 0 ? new Step("GET", "/products/p-0", null) : product(random);
  }

  private static Step addToCart(String customer, Random random) {
    Item item = new Item(anyProduct(random), 1 + random.nextInt(3));
    return new Step("POST", "/carts/" + customer + "/items", item);
  }

  private static Step checkOut(String customer, Random random) {
    String card = random.nextBoolean() ? DemoSecrets.CARD : DemoSecrets.CARD_WITH_DASHES;
    return new Step("POST", "/checkout", new CheckoutRequest(customer, card));
  }

  private static String anyProduct(Random random) {
    return Catalogue.id(random.nextInt(Catalogue.size()));
  }
}
