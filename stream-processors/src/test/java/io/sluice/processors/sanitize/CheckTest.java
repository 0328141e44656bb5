package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.ValueCheck;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the examples that those publish who give the numbers out, and near misses. */
class CheckTest {

  private static final TextSanitizer SHIPPED = TextSanitizer.shipped();

  @ParameterizedTest
  @CsvSource({
    "TEXT, hunter2",
    "TEXT, 12ab34",
    "LUHN, 79927398713",
    "LUHN, 4111 1111 1111 1111",
    "IBAN, GB82 WEST 1234 5698 7654 32",
    "IBAN, DE89370400440532013000",
    "IBAN, FR1420041010050500013M02606",
    "IBAN, NO9386011117947",
    "IBAN, MT84MALT011000012345MTLCAST001S",
    "IBAN, BR1800360305000010009795493C1",
    "IBAN, gb82west12345698765432",
    "JWT, eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVP",
    "JWT, eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6D",
    "BASE64_BASIC, QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "EMAIL, ann.b+c@mail.shop.example",
    "EMAIL, marko@kompanija.rs",
    "EMAIL, celery.fan@shop.example",
    "EMAIL, juan@empresa.com.py",
    "PHONE, +44 20 7946 0958",
    "PHONE, (415) 555-0123",
    "PHONE, +1 415 555 0123 x4567",
    "PHONE, 0044 20 7946 0958",
    "IPV4, 203.0.113.7",
    "IPV6, 2001:db8::8a2e:370:7334",
    "IPV6, ::ffff:192.0.2.128",
    "IPV6, 2001:0db8:0000:0000:0000:8a2e:0370:7334",
    "NATIONAL_ID_BE, 85.07.30-033.28",
    "NATIONAL_ID_BE, 17.07.30-033.84",
    "NATIONAL_ID_BR, 529.982.247-25",
    "NATIONAL_ID_BR, 111.444.777-35",
    "NATIONAL_ID_CN, 11010519491231002X",
    "NATIONAL_ID_CN, 440524188001010014",
    "NATIONAL_ID_DE, 86095742719",
    "NATIONAL_ID_DE, 65929970489",
    "NATIONAL_ID_ES, 12345678Z",
    "NATIONAL_ID_ES, X1234567L",
    "NATIONAL_ID_ES, z-1234567-r",
    "NATIONAL_ID_FI, 131052-308T",
    "NATIONAL_ID_FR, 2 55 08 14 168 025 38",
    "NATIONAL_ID_GB, 943 476 5919",
    "NATIONAL_ID_GB, 401 023 2137",
    "NATIONAL_ID_IN, 4991 1866 5246",
    "NATIONAL_ID_IN, 999999990019",
    "NATIONAL_ID_IT, RSSMRA85T10A562S",
    "NATIONAL_ID_IT, MRTMTT25D09F205Z",
    "NATIONAL_ID_NL, 111222333",
    "NATIONAL_ID_NL, 123456782",
    "NATIONAL_ID_PL, 44051401359",
    "NATIONAL_ID_PL, 02070803628",
    "NATIONAL_ID_SE, 811218-9876",
    "NATIONAL_ID_SE, 19811218-9876",
    "NATIONAL_ID_US, 536-22-1839",
  })
  void acceptsWhatIsPublished(ValueCheck check, String value) {
    assertThat(accepts(check, value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, 12",
    "TEXT, 12/12",
    "TEXT, 99.5%",
    "TEXT, 12ms",
    "TEXT, true",
    "TEXT, none",
    "TEXT, {'a':1}",
    "LUHN, 79927398710",
    "LUHN, 0",
    "IBAN, GB82 WEST 1234 5698 7654 33",
    "IBAN, GB82WEST123456987654",
    "IBAN, GBXXWEST12345698765432",
    "JWT, eyJsYXN0IjoxMn0.eyJuZXh0IjoxM30.x",
    "JWT, eyJhbGciOiJIUzI1NiJ9",
    "JWT, eyJhbGciOiJIUzI1NiI.eyJpc3MiOiJqb2UifQ.x",
    "BASE64_BASIC, YXV0aGVudGljYXRpb24=",
    "BASE64_BASIC, Aladdin:opensesame",
    "EMAIL, git@github.com",
    "EMAIL, logo@2x.png",
    "EMAIL, root@db.internal",
    "EMAIL, rabbit@mq1.shop.example",
    "EMAIL, celery@worker-3.shop.example",
    "EMAIL, shop@1.4.zip",
    "EMAIL, a..b@shop.example",
    "PHONE, +1 2345",
    "PHONE, 0000000",
    "PHONE, 2026-01-01",
    "PHONE, 01-02-2026 12",
    "PHONE, 1920x1080",
    "PHONE, 0012-345678",
    "IPV4, 256.0.0.1",
    "IPV4, 1.2.3",
    "IPV4, 01.2.3.4",
    "IPV6, 12:30:45",
    "IPV6, 1::2::3",
    "IPV6, ::",
    "NATIONAL_ID_BE, 85.07.30-033.29",
    "NATIONAL_ID_BR, 111.111.111-11",
    "NATIONAL_ID_CN, 110105194912310021",
    "NATIONAL_ID_CN, 11010519491331002X",
    "NATIONAL_ID_DE, 86095742710",
    "NATIONAL_ID_DE, 06095742719",
    "NATIONAL_ID_ES, 12345678A",
    "NATIONAL_ID_FI, 131052-308U",
    "NATIONAL_ID_FR, 2 55 08 14 168 025 39",
    "NATIONAL_ID_GB, 943 476 5918",
    "NATIONAL_ID_IN, 4991 1866 5247",
    "NATIONAL_ID_IT, RSSMRA85T10A562T",
    "NATIONAL_ID_NL, 111222334",
    "NATIONAL_ID_PL, 44051401358",
    "NATIONAL_ID_SE, 811218-9877",
    "NATIONAL_ID_US, 078-05-1120",
    "NATIONAL_ID_US, 900-12-3456",
    "NATIONAL_ID_US, 536-00-1839",
  })
  void refusesWhatIsNext(ValueCheck check, String value) {
    assertThat(accepts(check, value)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "In-Reply-To: <4F2A1C@mail.shop.example>",
    "Call-ID: a84b4c76e66710@pc33.shop.example",
    "principal hdfs/node1.shop.example@SHOP.EXAMPLE",
  })
  void leavesIdsOfMailsAndServices(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource({
    "message-id of ann@shop.example",
    "references: ann@shop.example",
    "From: <ann@shop.example>",
    "GET /users/ann.smith@SHOP.EXAMPLE",
    "GET /users/ann.smith@shop.example",
  })
  void findsMailboxesBesideThem(String text) {
    assertThat(SHIPPED.sanitize(text)).contains("[email]").doesNotContainIgnoringCase("ann");
  }

  /**
   * CRC32 of "123456789" is cbf43926, by the catalogue of CRCs; 3421780262 in base 62. The other is
   * GitHub's own example.
   */
  @ParameterizedTest
  @CsvSource({
    "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, true",
    "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18, false",
    "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkK0mLq17, false",
    "ghp_1234567893jZRME, true",
    "1234567893jZRME, false",
    "ghp_0jZRME, false",
  })
  void knowsTheChecksumOfGitHub(String token, boolean valid) {
    assertThat(accepts(ValueCheck.GITHUB_CRC32, token)).isEqualTo(valid);
  }

  @ParameterizedTest
  @CsvSource({
    "h7Kq2mVx9TbL4sZw, true",
    "9f8b2c4d6e1a3f5b7c9d0e2f4a6b8c1d, true",
    "mZ3+kQ8/vT1xR6pLw0==, true",
    "QkZxTdHsWpLmRvYc, true",
    "a1b2c3d4e5f6, true",
    "Tr0ub4dor&3, true",
    "configuration, false",
    "orders-database-credentials, false",
    "us-east-1, false",
    "/usr/share/secrets/orders.pem, false",
    "https://login.shop.example/oauth2/token, false",
    "com.shop.orders.TokenProvider, false",
    "getTokenFromHeader, false",
    "X-Api-Key, false",
    "2026-01-01T00:00:00, false",
    "12345678901234567890, false",
    "aaaaaaaaaaaa1, false",
    "read write admin, false",
    "version2, false",
  })
  void tellsChanceFromWords(String value, boolean random) {
    assertThat(accepts(ValueCheck.ENTROPY, value)).isEqualTo(random);
  }

  @Property(tries = 3000)
  void decidesOnAnyBytes(@ForAll ValueCheck check, @ForAll @Size(min = 1, max = 40) byte[] bytes) {
    boolean first = Check.of(check).accepts(bytes, 0, bytes.length);
    assertThat(Check.of(check).accepts(bytes, 0, bytes.length)).isEqualTo(first);
  }

  private static boolean accepts(ValueCheck check, String value) {
    byte[] utf8 = ("«" + value + "»").getBytes(StandardCharsets.UTF_8);
    return Check.of(check).accepts(utf8, 2, utf8.length - 2);
  }
}
