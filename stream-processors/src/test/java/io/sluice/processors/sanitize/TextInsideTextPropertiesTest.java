package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for documents and encodings, whatever is in them. */
class TextInsideTextPropertiesTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What is unlike text, so that it is found if any of it is left. */
  private static final String SECRET = "Zq7Xv9Kd2Lm4";

  /** Texts with the secret in a form that some rule knows. */
  @Provide
  Arbitrary<String> planted() {
    return Arbitraries.of(
        "password=" + SECRET,
        "{\"password\":\"" + SECRET + "\"}",
        "client_secret: '" + SECRET + "'",
        "https://ann:" + SECRET + "@host/x",
        "Authorization: Bearer " + SECRET + SECRET,
        "x ghp_" + SECRET + SECRET + SECRET + " y",
        "?access_token=" + SECRET + "&x=1");
  }

  enum Encoding {
    PERCENT_ALL {
      @Override
      String of(String text) {
        return each(text, "%%%02X");
      }
    },
    PERCENT {
      @Override
      String of(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
      }
    },
    JSON_ALL {
      @Override
      String of(String text) {
        return each(text, "\\u%04x");
      }
    },
    JSON_STRING {
      @Override
      String of(String text) {
        String quoted = json(text);
        return quoted.substring(1, quoted.length() - 1);
      }
    },
    HTML_ALL {
      @Override
      String of(String text) {
        return each(text, "&#%d;");
      }
    },
    HTML {
      @Override
      String of(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
      }
    },
    NGINX {
      @Override
      String of(String text) {
        return each(text, "\\x%02X");
      }
    };

    abstract String of(String text);

    private static String each(String text, String format) {
      StringBuilder all = new StringBuilder();
      text.chars().forEach(c -> all.append(format.formatted(c)));
      return all.toString();
    }
  }

  @Property(tries = 1500)
  void noSecretSurvivesUpToTwoLayersOfEncoding(
      @ForAll("planted") String planted,
      @ForAll Encoding inner,
      @ForAll Encoding outer,
      @ForAll boolean twice,
      @ForAll("clean") String around) {
    String encoded = inner.of(planted);
    String secret = inner.of(SECRET);
    if (twice) {
      encoded = outer.of(encoded);
      secret = outer.of(secret);
    }
    String text = around + " " + encoded + " " + around;

    String left = SANITIZER.sanitize(text);

    assertThat(left).doesNotContain(secret).contains(around);
    assertThat(SANITIZER.sanitize(left)).isEqualTo(left);
  }

  @Provide
  Arbitrary<String> clean() {
    return Arbitraries.of("", "GET /a%20b?c=d", "{\"a\":1}", "line\nline", "über “x”", "a&amp;b");
  }

  /** Documents with secrets under keys, in texts and as numbers. */
  @Provide
  Arbitrary<Object> document() {
    Arbitrary<String> text =
        Arbitraries.of(
                "password=" + SECRET,
                "{\"password\":\"" + SECRET + "\",\"n\":4111111111111111}",
                "4111111111111111",
                "mail\nann@shop.example",
                "\\",
                "\"",
                "'",
                "token:",
                "secret = ",
                "Bearer " + SECRET + SECRET,
                "https://ann:" + SECRET + "@h/",
                "\n",
                "\t",
                "é\u2028\u202e",
                "\u001b[31m",
                "%22",
                "a, b} c] d",
                "{\"a\":[",
                " ")
            .list()
            .ofMaxSize(4)
            .map(parts -> String.join("", parts));
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            text.map(value -> (Object) value),
            Arbitraries.of(4111111111111111L, -4111111111111111L, 5, 0.5, 1e300, true));
    Arbitrary<String> keys =
        Arbitraries.of(
            "password", "a", "client_secret", "x\"y", "4111111111111111", "pin", "cookie", "b\\");
    return Arbitraries.recursive(
        () -> scalars,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(3).map(list -> (Object) list),
                Arbitraries.maps(keys, inner).ofMaxSize(4).map(map -> (Object) map)),
        1,
        3);
  }

  @Property(tries = 2000)
  void documentsStayDocuments(@ForAll("document") Object document, @ForAll boolean pretty) {
    String text = pretty ? pretty(document) : json(document);

    String left = SANITIZER.sanitize(text);

    assertThatCode(() -> JSON.readTree(left))
        .as("%s%nbecomes %s", text, left)
        .doesNotThrowAnyException();
    assertThat(SANITIZER.sanitize(left)).isEqualTo(left);
  }

  @Property(tries = 500)
  void documentsInDocumentsLoseTheirSecrets(@ForAll("document") Object document) {
    String text = json(List.of(json(document), json(json(document))));

    String left = SANITIZER.sanitize(text);

    assertThat(left).doesNotContain("password=" + SECRET);
    assertThatCode(() -> JSON.readTree(left))
        .as("%s%nbecomes %s", text, left)
        .doesNotThrowAnyException();
  }

  @Property(tries = 500)
  void urlsStayUrls(@ForAll("query") List<String> parameters) {
    String url = "https://shop.example/cb?" + String.join("&", parameters);

    String left = SANITIZER.sanitize(url);

    assertThatCode(() -> URI.create(left)).as(left).doesNotThrowAnyException();
    assertThat(URI.create(left).getHost()).isEqualTo("shop.example");
  }

  @Provide
  Arbitrary<List<String>> query() {
    return Arbitraries.of(
            "a=1",
            "password=" + SECRET,
            "k=sk-ant-api03-" + SECRET + SECRET,
            "to=ann%40shop.example",
            "card=4111%201111%201111%201111",
            "q=%7B%22password%22%3A%22" + SECRET + "%22%7D",
            "jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.4Adcj3UFYzPUVaVF43FmMab6",
            "flag")
        .list()
        .ofMaxSize(5);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pretty(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
