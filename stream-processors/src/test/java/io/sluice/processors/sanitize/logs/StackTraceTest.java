package io.sluice.processors.sanitize.logs;

import static io.sluice.processors.sanitize.logs.Shaped.bare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StackTraceTest {

  private static final String JAVA =
      """
      com.example.PaymentException: card declined
      \tat com.example.Payments.charge(Payments.java:42)
      \tat java.base/java.lang.Thread.run(Thread.java:840)
      \tSuppressed: java.io.IOException: close
      \t\tat com.example.Payments.close(Payments.java:50)
      Caused by: java.net.SocketTimeoutException
      \tat com.example.Net.read(Net.java:7)
      \t... 12 more""";

  private static final String DOTNET =
      """
      System.InvalidOperationException: no such order
       ---> System.Net.Http.HttpRequestException: refused
         at Shop.Client.Get(String path) in C:\\shop\\Client.cs:line 12
         --- End of inner exception stack trace ---
         at Shop.Orders.Find(Int32 id)""";

  private static final String NODE =
      """
      TypeError: Cannot read properties of undefined (reading 'id')
          at charge (/app/pay.js:10:15)
          at async Promise.all (index 0)
          at /app/index.js:3:1""";

  private static final String PYTHON =
      """
      Traceback (most recent call last):
        File "/app/pay.py", line 3, in charge
          raise KeyError(card)
      KeyError: 'card'

      During handling of the above exception, another exception occurred:

      Traceback (most recent call last):
        File "/app/pay.py", line 9, in <module>
          charge()
      payments.errors.Declined: card declined""";

  private static final String GO =
      """
      panic: runtime error: index out of range [3] with length 3
      [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]

      goroutine 1 [running]:
      main.charge(...)
      \t/app/main.go:12
      main.main()
      \t/app/main.go:7 +0x1d
      exit status 2""";

  static Stream<Arguments> traces() {
    return Stream.of(
        Arguments.of(JAVA, "com.example.PaymentException", "card declined"),
        Arguments.of(
            "Exception in thread \"main\" java.lang.IllegalStateException\n\tat A.b(A.java:1)",
            "java.lang.IllegalStateException",
            null),
        Arguments.of(DOTNET, "System.InvalidOperationException", "no such order"),
        Arguments.of(NODE, "TypeError", "Cannot read properties of undefined (reading 'id')"),
        Arguments.of(PYTHON, "payments.errors.Declined", "card declined"),
        Arguments.of(GO, null, "runtime error: index out of range [3] with length 3"),
        Arguments.of(JAVA.replace("\n", "\r\n"), "com.example.PaymentException", "card declined"));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void takesATraceOutOfABody(String trace, String type, String message) {
    Shaped shaped = Shaped.ofBody("payment failed\n" + trace + "\n");
    assertThat(shaped.body()).isEqualTo("payment failed");
    assertException(shaped, trace, type, message);
  }

  @ParameterizedTest
  @MethodSource("traces")
  void leavesTheHeadingWhenNothingElseWasLogged(String trace, String type, String message) {
    Shaped shaped = Shaped.ofBody(trace);
    assertThat(shaped.body()).isEqualTo(trace.lines().findFirst().orElseThrow());
    assertException(shaped, trace, type, message);
  }

  @ParameterizedTest
  @MethodSource("traces")
  void takesATraceOutOfAField(String trace, String type, String message) {
    for (String key : new String[] {"stack_trace", "error.stack", "exception", "exc_info", "@x"}) {
      Shaped shaped =
          Shaped.ofBody("{\"msg\":\"payment failed\",\"" + key + "\":" + json(trace) + "}");
      assertThat(shaped.body()).isEqualTo("payment failed");
      assertException(shaped, trace, type, message);
    }
    assertException(
        Shaped.of(bare("payment failed").attribute("stack_trace", trace)), trace, type, message);
  }

  private static void assertException(Shaped shaped, String trace, String type, String message) {
    assertThat(shaped.attributes()).containsEntry("exception.stacktrace", trace);
    assertThat(shaped.attributes().get("exception.type")).isEqualTo(type);
    assertThat(shaped.attributes().get("exception.message")).isEqualTo(message);
    assertThat(shaped.attributes()).hasSize(1 + (type == null ? 0 : 1) + (message == null ? 0 : 1));
    assertThat(shaped.counts()).containsEntry(LogChange.EXCEPTION, 1L);
  }

  private static String json(String text) {
    return '"'
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
        + '"';
  }

  @Test
  void takesTypeAndMessageFromTheFieldsBeside() {
    Shaped shaped =
        Shaped.ofBody(
            "{\"msg\":\"failed\",\"err\":{\"type\":\"PayError\",\"message\":\"declined\",\"stack\":"
                + json("Error: declined\n    at f (a.js:1:2)")
                + ",\"code\":\"E1\"}}");
    assertThat(shaped.attributes())
        .containsOnly(
            entry("exception.type", "PayError"),
            entry("exception.message", "declined"),
            entry("exception.stacktrace", "Error: declined\n    at f (a.js:1:2)"),
            entry("err.code", "E1"));
  }

  @Test
  void takesTheStackOfALanguageThatItCannotReadWhenTheFieldsBesideNameTheException() {
    Shaped shaped =
        Shaped.ofBody(
            "{\"msg\":\"failed\",\"error\":{\"type\":\"ArgumentError\",\"stack_trace\":\"a.rb:1:in `f'\\na.rb:2:in `g'\"}}");
    assertThat(shaped.attributes())
        .containsOnly(
            entry("exception.type", "ArgumentError"),
            entry("exception.stacktrace", "a.rb:1:in `f'\na.rb:2:in `g'"));
  }

  @Test
  void takesTheErrorOfAZapRecordAsTheMessage() {
    Shaped shaped =
        Shaped.ofBody(
            "{\"level\":\"error\",\"msg\":\"failed\",\"error\":\"declined\",\"stacktrace\":\"main.f\\n\\t/a.go:1\"}");
    assertThat(shaped.attributes())
        .containsOnly(
            entry("exception.message", "declined"),
            entry("exception.stacktrace", "main.f\n\t/a.go:1"));
  }

  @Test
  void looksAtEveryFieldThatMayBeOne() {
    Shaped shaped =
        Shaped.ofBody(
            "{\"msg\":\"x\",\"exception\":\"none\",\"stack\":"
                + json(NODE)
                + ",\"stacktrace\":\"-\"}");
    assertThat(shaped.attributes())
        .containsEntry("exception.type", "TypeError")
        .containsEntry("exception", "none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two lines\nof prose",
        "java.lang.Error: x",
        "failed\n\tat the office: nobody there",
        "java.lang.Error: x\n\tat A.b(A.java:1)\nand then it went on",
        "Traceback (most recent call last):\n  File \"a.py\"",
        "panic: x\nnot a goroutine",
        "goroutine 1 [running]:\nmain.main()",
        "a list:\n  at 10:30 one\n  at 11:00 another",
        "\tat A.b(A.java:1)",
        "the end\n\n\tat A.b(A.java:1)",
        "Traceback (most recent call last):\nKeyError: no frames",
      })
  void leavesWhatIsNotCertainlyATrace(String body) {
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.body()).isEqualTo(body);
    assertThat(shaped.counts()).isEmpty();
  }

  @Test
  void leavesTheStackOfALogStatement() {
    Shaped shaped = Shaped.ofBody("{\"msg\":\"x\",\"stacktrace\":\"main.f\\n\\t/a.go:1\"}");
    assertThat(shaped.attributes()).containsOnlyKeys("stacktrace");
  }

  @Test
  void letsTheRecordsOwnExceptionStand() {
    byte[] request =
        bare(JAVA)
            .attribute("exception.type", "x.Y")
            .with(log -> log.setSeverityNumberValue(17).setSeverityText("ERROR"))
            .toRequestBytes();
    assertThat(new LogShaper(true, 1 << 20, (buf, start, end) -> false).shape(request))
        .isSameAs(request);
  }
}
