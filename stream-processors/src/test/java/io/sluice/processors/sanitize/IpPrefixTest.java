package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {

  private final TextSanitizer sanitizer =
      TestRules.text(
          TestRules.keys("t.ip", "client_ip", "action: truncate-ip"),
          TestRules.address("t.text", "action: truncate-ip"));

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.0",
    "255.255.255.255, 255.255.255.0",
    "10.1.2.0, 10.1.2.0",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1::",
    "2001:0DB8:0001::1, 2001:db8:1::",
    "2001:db8::1, 2001:db8::",
    "2001:db8:1::, 2001:db8:1::",
    "::1, ::",
    "fe80::1:2:3:4, fe80::",
    "0:0:5:1:1:1:1:1, 0:0:5::",
    "::ffff:10.1.2.3, ::ffff:10.1.2.0",
    "64:ff9b::10.1.2.3, 64:ff9b::",
  })
  void keepsTheNetwork(String address, String network) {
    assertThat(sanitizer.sanitizeKeyed("client_ip", address)).isEqualTo(network);
    assertThat(sanitizer.sanitizeKeyed("client_ip", network)).isEqualTo(network);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2",
        "10.1.2.256",
        "10.1.2.03",
        "10.1.2.3:8080",
        "10.1.2.3/32",
        "[2001:db8::1]",
        "fe80::1%eth0",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7::8",
        ":1:2:3:4:5:6:7",
        "2001:db8::12345",
        "ann.example.com",
        "10.1.2.3, 10.4.5.6",
      })
  void redactsWhatIsNoAddress(String value) {
    assertThat(sanitizer.sanitizeKeyed("client_ip", value)).isEqualTo("[redacted]");
  }

  @Test
  void cutsAddressesInText() {
    String text = "from 10.1.2.3 to 10.4.5.6, at 10.7.8.0";
    assertThat(sanitizer.sanitize(text)).isEqualTo("from 10.1.2.0 to 10.4.5.0, at 10.7.8.0");
    String cut = "from 10.1.2.0";
    assertThat(sanitizer.sanitize(cut)).isSameAs(cut);
  }

  @Property
  void zeroesAllButThePrefixOfAnyAddress(@ForAll @Size(16) byte[] v6, @ForAll @Size(4) byte[] v4)
      throws Exception {
    for (byte[] bytes : new byte[][] {v6, v4}) {
      InetAddress address = InetAddress.getByAddress(bytes);
      byte[] expected = Arrays.copyOf(address.getAddress(), address.getAddress().length);
      Arrays.fill(expected, expected.length == 4 ? 3 : 6, expected.length, (byte) 0);

      byte[] text = address.getHostAddress().getBytes(StandardCharsets.US_ASCII);
      byte[] cut = Objects.requireNonNull(IpPrefix.of(text, 0, text.length));

      assertThat(InetAddress.getByName(new String(cut, StandardCharsets.US_ASCII)).getAddress())
          .isEqualTo(expected);
      assertThat(IpPrefix.of(cut, 0, cut.length)).isEqualTo(cut);
    }
  }
}
