package io.sluice.demo;

import io.sluice.demo.InventoryService.Product;
import java.util.List;
import java.util.stream.IntStream;

/** What the shop sells. */
final class Catalogue {

  private static final List<String> NAMES =
      List.of(
          "kettle",
          "teapot",
          "mug",
          "grinder",
          "filter papers",
          "scale",
          "milk jug",
          "spoon",
          "tray",
          "thermometer",
          "descaler",
          "tea towel");

  private Catalogue() {}

  static List<Product> products(int stock) {
    return IntStream.range(0, NAMES.size())
        .mapToObj(i -> new Product(id(i), NAMES.get(i), 490L + 730L * i, stock))
        .toList();
  }

  static int size() {
    return NAMES.size();
  }

  /** The id of a product: {@code p-1} and so on. */
  static String id(int index) {
    return "p-" + (index + 1);
  }
}
