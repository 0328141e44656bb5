package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Phone numbers have no check digit: the words beside them decide. */
class PhonesInTextTest {

  private static final TextSanitizer SHIPPED = TextSanitizer.shipped();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mobile user 12345678 logged in",
        "phone widget 88123456 sold",
        "phone_order_id=88123456",
        "phoneOrderId: 4155550123",
        "fax job 1234567 queued",
        "user 12345678 mobile login",
        "took 12345678 ns on mobile",
        "phone support hours 0900-1700",
        "cell tower 262-01-1234-56789",
        "mobile client 5.12.3 (20260312) started",
        "mobile 1920x1080 60 fps",
        "serial number 0815-4711123 registered",
        "invoice_number=0815-4711123",
        "the order number is 0815-4711123",
        "call 0012-345678 finished",
      })
  void leavesNumbersOfOtherThings(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          customer_phone=91234567 | 91234567
          phone_number: 91234567 | 91234567
          Ann's mobile is 91234567, the old one | 91234567
          {"type":"mobile","value":"91234567"} | 91234567
          {"number":"91234567","type":"mobile","main":true} | 91234567
          <td>phone</td><td>91234567</td> | 91234567
          91234567 (cell) | 91234567
          12345678 is my phone number | 12345678
          phone=Some(91234567) | 91234567
          phone of Ann 4155550123 | 4155550123
          phone of Ann 030 901820 | 030 901820
          mobile user 01712345678 | 01712345678
          mobile user (0171) 2345678 | (0171) 2345678
          phone (4155550123) | 4155550123
          phone: (415) 555-0123 x17 | 555-0123 x17
          call Ann on 020 7946 0958 | 020 7946 0958
          her number is 0815-4711123 | 0815-4711123
          number: 0815-4711123 | 0815-4711123
          fax sent to 91234567 | 91234567
          """)
  void findsThoseThatAWordIsAbout(String text, String phone) {
    assertThat(text).contains(phone);
    assertThat(SHIPPED.sanitize(text)).doesNotContain(phone).contains("[phone]");
  }

  @ParameterizedTest
  @CsvSource({"phone.order, 0123-45678", "contact_mobile, 91234567", "mobileUser, 0171 2345678"})
  void findsWhatAKeyAnnouncesAsBefore(String key, String phone) {
    assertThat(SHIPPED.sanitizeKeyed(key, phone)).isEqualTo("[phone]");
  }
}
