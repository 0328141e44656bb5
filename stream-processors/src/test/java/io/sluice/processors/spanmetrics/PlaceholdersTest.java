package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class PlaceholdersTest {

  @Example
  void replacesWhatTellsOneRequestFromAnother() {
    becomes("GET /users/4711", "GET /users/{number}");
    becomes("GET /users/4711/orders/9?page=2&x=y", "GET /users/{number}/orders/{number}");
    becomes("/files/550e8400-e29b-41d4-a716-446655440000", "/files/{uuid}");
    becomes("/blobs/9f86d081884c7d65", "/blobs/{hash}");
    becomes("/commit/a1b2c3d4", "/commit/{hash}");
    becomes("report 2026-01-31", "report {date}");
    becomes("/logs/2026-01-31T10:00:00Z", "/logs/{date}:{number}:00Z");
    becomes("GET 10.0.12.1", "GET {ip}");
    becomes("order-12345 processing", "order-{number} processing");
    becomes("/u/user12345", "/u/user{number}");
    becomes("/s/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/s/{id}");
    becomes("/cache/user:42:profile", "/cache/user:{number}:profile");
  }

  @Example
  void leavesNamesOfThings() {
    for (String name :
        new String[] {
          "GET /api/v2/users",
          "oauth2/token",
          "http2 connect",
          "SELECT shop.orders",
          "io.sluice.Checkout/PlaceOrder",
          "sha256 check",
          "utf8mb4",
          "GET /users/{id}",
          "/users/:id",
          "decade",
          "{{{ {",
          "",
          "größe prüfen"
        }) {
      becomes(name, name);
    }
  }

  @Property
  void leavesWhatItMade(@ForAll @StringLength(max = 80) String text) {
    String once = Placeholders.in(text);
    assertThat(Placeholders.in(once)).isEqualTo(once);
  }

  @Property
  void leavesWhatItMadeOfNames(
      @ForAll
          @StringLength(max = 60)
          @Chars({'a', 'f', 'Z', '0', '1', '9', '/', '-', '.', ' ', '?', '{', '}', ':', '_', 'T'})
          String text) {
    String once = Placeholders.in(text);
    assertThat(Placeholders.in(once)).isEqualTo(once);
  }

  @Example
  void looksAtNoMoreThanTheBeginningOfAHugeName() {
    assertThat(Placeholders.in("x".repeat(1 << 20))).hasSize(2048);
  }

  private static void becomes(String name, String expected) {
    assertThat(Placeholders.in(name)).isEqualTo(expected);
  }
}
