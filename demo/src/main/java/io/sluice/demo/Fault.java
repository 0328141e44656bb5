package io.sluice.demo;

/** What can be broken. */
enum Fault {
  PAYMENT_SLOW("payment-slow", "payment takes 1.5 s for a charge; checkouts become slow"),
  PAYMENT_ERRORS("payment-errors", "payment fails every second charge; half the checkouts fail"),
  INVENTORY_DOWN(
      "inventory-down", "inventory refuses every request; neither browsing nor checkout works"),
  SHIPPING_STUCK(
      "shipping-stuck", "shipping answers too late; checkouts end in a time-out after 0.8 s"),
  CART_CACHE_COLD(
      "cart-cache-cold", "the cart's cache forgets everything; each read goes to the database"),
  STOCK_QUERY_SLOW(
      "stock-query-slow",
      "inventory's database takes 0.4 s to find a product; its pages and checkouts become slow");

  private final String label;
  private final String description;

  Fault(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name that users type. */
  String label() {
    return label;
  }

  /** What it does and what can be seen then. */
  String description() {
    return description;
  }
}
