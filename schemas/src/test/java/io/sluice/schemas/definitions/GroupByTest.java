package io.sluice.schemas.definitions;

import static io.sluice.schemas.definitions.SloFiles.problems;
import static io.sluice.schemas.definitions.SloFiles.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.settings.OneOrMore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupByTest {

  private static final GroupBy ROUTE = by("http.route");
  private static final GroupBy TENANT_AND_ROUTE = by("tenant", "http.route");

  @Test
  void readsKeysAndLimit() {
    assertThat(read(file("spans", "{keys: [service, http.route], limit: 100}")).get(0).groupBy())
        .isEqualTo(new GroupBy(new OneOrMore(List.of("service", "http.route")), 100));
    Slo tenants = read(file("logs", "{keys: tenant}")).get(0);
    assertThat(tenants.groupBy()).isEqualTo(by("tenant"));
    assertThat(by("tenant").most()).isEqualTo(20);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(problems(file("spans", "{limit: 5}")))
        .contains("slo.yaml:13", "spec.indicator.spec.ratioMetric.total.metricSource.spec.groupBy");
    assertThat(problems(file("spans", "{keys: [a, b, c, d]}")))
        .contains("slo.yaml:13", "groupBy.keys", "one to 3 different keys");
    assertThat(problems(file("spans", "{keys: [a, a]}"))).contains("one to 3 different keys");
    assertThat(problems(file("spans", "{keys: 'a,b'}"))).contains("names of attributes");
    assertThat(problems(file("spans", "{keys: a, limit: 0}")))
        .contains("groupBy.limit", "1 to 500");
    assertThat(problems(file("spans", "{key: a}"))).contains("keys");
    assertThat(problems(file("traces", "{keys: [service, tenant]}")))
        .contains("groupBy.keys", "service or operation: traces have no others", "tenant");
  }

  @Test
  void namesAGroupByItsKeys() {
    assertThat(ROUTE.of(event("http.route", "/cart"))).isEqualTo("http.route=/cart");
    assertThat(by("service", "operation").of(event("", "")))
        .isEqualTo("service=shop,operation=GET /");
    assertThat(ROUTE.of(event("tenant", "acme"))).isEqualTo("http.route=(none)");
    assertThat(ROUTE.of(event("http.route", ""))).isEqualTo("http.route=(none)");
    assertThat(TENANT_AND_ROUTE.other()).isEqualTo("tenant=(other),http.route=(other)");
  }

  @Test
  void keepsAValueToOneShortLineAndDifferentOnesApart() {
    String lines = ROUTE.of(event("http.route", "a\nb"));
    assertThat(lines).matches("http\\.route=a_b~[0-9a-f]{12}");
    assertThat(ROUTE.of(event("http.route", "a\tb"))).isNotEqualTo(lines);
    assertThat(ROUTE.of(event("http.route", "x".repeat(1 << 20)))).hasSize(11 + 80 + 13);
    assertThat(ROUTE.of(event("http.route", "(other)"))).isNotEqualTo(ROUTE.other());
    assertThat(ROUTE.of(event("http.route", "a\u202Eb\uD800"))).startsWith("http.route=a_b_~");
    assertThat(ROUTE.of(event("http.route", "/a,b"))).isEqualTo("http.route=/a,b");
  }

  @Test
  void findsTheGroupOfAnIdAsLongAsTheKeysAreTheSame() {
    Slo whole = read(file("spans", "{keys: http.route}")).get(0);
    Map<String, Slo> files = Map.of("cart", whole);

    Slo group = SloGroup.find("cart[http.route=/a[1]]", files::get);

    assertThat(group).isEqualTo(whole.ofGroup("http.route=/a[1]"));
    assertThat(group)
        .extracting(Slo::id, Slo::group)
        .containsExactly("cart[http.route=/a[1]]", new SloGroup("cart", "http.route=/a[1]", ROUTE));
    assertThat(SloGroup.find("cart", files::get)).as("only its groups have windows").isNull();
    assertThat(SloGroup.find("cart[tenant=acme]", files::get)).isNull();
    assertThat(SloGroup.find("other[http.route=/a]", files::get)).isNull();
    assertThat(SloGroup.find("cart[", files::get)).isNull();
    assertThat(SloGroup.find("", files::get)).isNull();
  }

  /** Receivers show labels to people, and some make links of them. */
  @Test
  void isALabelInWhichNothingBecomesMarkupOrALink() {
    assertThat(label("/cart/{id}")).isEqualTo("http.route=/cart/{id}");
    assertThat(new SloGroup("cart", ROUTE.other(), ROUTE).label()).isEqualTo(ROUTE.other());
    assertThat(label("v1.2")).isEqualTo("http.route=v1.2");
    assertThat(label("shop.example")).startsWith("http.route=shop\u2024example~");
    assertThat(label("[a](http://evil.example) <b> @here"))
        .doesNotContain("[", "(", "<", "://", "evil.example", "@");
    assertThat(label("<b>")).isNotEqualTo(label("[b]"));
  }

  private static String label(String value) {
    return new SloGroup("cart", ROUTE.of(event("http.route", value)), ROUTE).label();
  }

  /** What is sent for a group has to be found again as one of it, whatever the values. */
  @Property(tries = 500)
  void anyGroupIsOneOfItsSlo(@ForAll String tenant, @ForAll String route) {
    Slo whole = read(file("spans", "{keys: [tenant, http.route]}")).get(0);
    String text = TENANT_AND_ROUTE.of(event("tenant", tenant, "http.route", route));

    assertThat(SloGroup.whole(SloGroup.id("cart", text), Map.of("cart", whole)::get))
        .isEqualTo(whole);
    assertThat(text.chars()).noneMatch(Character::isISOControl);
    assertThat(text.lines()).hasSize(1);
    assertThat(text.length()).isLessThan(250);
  }

  private static GroupBy by(String... keys) {
    return new GroupBy(new OneOrMore(List.of(keys)), null);
  }

  private static SloEvent event(String... attributes) {
    Map<String, String> byName = new HashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      byName.put(attributes[i], attributes[i + 1]);
    }
    return new SloEvent() {
      @Override
      public String service() {
        return "shop";
      }

      @Override
      public String operation() {
        return "GET /";
      }

      @Override
      public @Nullable String attribute(String key) {
        return byName.get(key);
      }
    };
  }

  private static String file(String signal, String groupBy) {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: cart}
        spec:
          service: shop
          indicator:
            spec:
              thresholdMetric: {}
          timeWindow: [{duration: 30d, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.99}]
        """
        .replace(
            "thresholdMetric: {}",
            """
            ratioMetric:
                    good: {metricSource: {type: sluice, spec: %s}}
                    total:
                      metricSource:
                        type: sluice
                        spec: {signal: %s, selector: {service: shop}, groupBy: %s}"""
                .formatted(
                    signal.equals("logs") ? "{severityBelow: error}" : "{noError: true}",
                    signal,
                    groupBy));
  }
}
