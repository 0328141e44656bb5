package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.demo.Neighbour.NotStartedException;
import io.sluice.demo.reviews.ReviewsService;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourTest {

  @TempDir private Path folder;

  @Test
  void servesUntilItIsClosed() throws Exception {
    Neighbour reviews = reviewsWithoutAgent();
    try {
      assertThat(get(reviews, "/reviews/p-1"))
          .startsWith("[{\"stars\":3,\"words\":\"arrived late\"},");
      assertThat(get(reviews, "/reviews/p'1")).isEqualTo("[]");
    } finally {
      reviews.close();
    }
    assertThatThrownBy(() -> get(reviews, "/reviews/p-1")).isInstanceOf(ConnectException.class);
  }

  @Test
  void isOnThePageOfAProductWhichDoesWithoutItWhenItIsAway() throws Exception {
    try (RecordedShop shop = new RecordedShop()) {
      Neighbour reviews = reviewsWithoutAgent();
      try {
        shop.add(reviews);
        assertThat(shop.get("/products/p-1")).contains("kettle").contains("arrived late");
      } finally {
        reviews.close();
      }
      assertThat(shop.get("/products/p-1")).contains("kettle").doesNotContain("arrived late");
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> Neighbours.reviews(folder, "localhost:9092", "", folder))
        .isInstanceOf(NotStartedException.class)
        .hasMessage(
            "reviews is not started: there is no "
                + folder.resolve("opentelemetry-javaagent.jar")
                + "; ./sluice puts it there");
    assertThatThrownBy(
            () ->
                Neighbour.start(
                    "any", List.of("no-such-program"), Map.of(), folder, folder.resolve("log")))
        .isInstanceOf(NotStartedException.class)
        .hasMessageStartingWith("any is not started: cannot run no-such-program");
  }

  @Test
  void saysWhereToLookWhenItEndsBeforeItServes() {
    Path log = folder.resolve("log");
    assertThatThrownBy(
            () -> Neighbour.start("any", List.of(java(), "-version"), Map.of(), folder, log))
        .isInstanceOf(NotStartedException.class)
        .hasMessageEndingWith("what it said is in " + log);
    assertThat(log).isNotEmptyFile();
  }

  @Test
  void fetchesLibrariesAgainWhenOtherOnesAreNamed() throws Exception {
    Path lock = Files.writeString(folder.resolve("package-lock.json"), "{\"version\": 1}");
    Path installed = folder.resolve(Neighbours.INSTALLED);
    Files.createDirectories(installed.getParent());
    assertThat(Neighbours.isInstalled(folder)).as("npm did not come to its end").isFalse();
    Files.copy(lock, installed);
    assertThat(Neighbours.isInstalled(folder)).isTrue();
    Files.writeString(lock, "{\"version\": 2}");
    assertThat(Neighbours.isInstalled(folder)).isFalse();
  }

  private Neighbour reviewsWithoutAgent() throws NotStartedException {
    return Neighbour.start(
        "reviews",
        List.of(
            java(), "-cp", System.getProperty("java.class.path"), ReviewsService.class.getName()),
        Map.of(),
        folder,
        folder.resolve("log"));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String get(Neighbour neighbour, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(neighbour.uri().resolve(path)).build(), BodyHandlers.ofString())
        .body();
  }
}
