package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Signal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks for bytes of which the hand-written walk says something else than protobuf's own classes:
 * in the ordinary build with the seeds that are kept, and for as long as wanted as CONTRIBUTING.md
 * says.
 */
class OtlpFuzzTest {

  private static final Map<Signal, Parser<? extends Message>> PARSERS =
      Map.of(
          Signal.LOGS, ExportLogsServiceRequest.parser(),
          Signal.SPANS, ExportTraceServiceRequest.parser(),
          Signal.METRICS, ExportMetricsServiceRequest.parser());

  /** The first byte chooses the signal. */
  @FuzzTest(maxDuration = "10m")
  void showsTheTextsThatProtobufReads(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    Signal signal =
        switch (bytes[0]) {
          case 0 -> Signal.LOGS;
          case 1 -> Signal.SPANS;
          default -> Signal.METRICS;
        };
    byte[] request = Arrays.copyOfRange(bytes, 1, bytes.length);
    Set<String> expected = new TreeSet<>();
    boolean accepted;
    try {
      collect(parser(signal).parseFrom(request), expected);
      accepted = true;
    } catch (InvalidProtocolBufferException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("UTF-8") || message.contains("too many levels")) {
        return; // the walk reads any bytes as text, and has a limit of its own
      }
      accepted = false;
    }
    Seen seen = new Seen();
    try {
      assertThat(new OtlpRewriter(signal, seen).rewrite(request)).isSameAs(request);
    } catch (InvalidInputException e) {
      assertThat(accepted && !stricterOnPurpose(e)).as("refused: " + e.getMessage()).isFalse();
      return;
    }
    if (accepted) {
      // Of a field that came twice protobuf keeps the last; the walk must show every one.
      assertThat(seen.texts).containsAll(expected);
    }
  }

  private static Parser<? extends Message> parser(Signal signal) {
    Parser<? extends Message> parser = PARSERS.get(signal);
    if (parser == null) {
      throw new IllegalStateException("no parser for " + signal);
    }
    return parser;
  }

  private static boolean stricterOnPurpose(InvalidInputException e) {
    return switch (e.reason()) {
      case TOO_DEEP -> true;
      default ->
          String.valueOf(e.getMessage()).endsWith("wider than 32 bits")
              || String.valueOf(e.getMessage()).endsWith("longer than 10 bytes");
    };
  }

  private static void collect(Message message, Set<String> texts) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              Iterable<?> values = field.isRepeated() ? (Iterable<?>) value : Set.of(value);
              values.forEach(each -> collect(field, each, texts));
            });
  }

  private static void collect(FieldDescriptor field, Object value, Set<String> texts) {
    if (value instanceof Message inner) {
      collect(inner, texts);
    } else if (value instanceof String text && !text.isEmpty()) {
      texts.add(latin(ByteString.copyFromUtf8(text)));
    } else if (value instanceof ByteString bytes && !isId(field, bytes) && !bytes.isEmpty()) {
      texts.add(latin(bytes));
    }
  }

  private static boolean isId(FieldDescriptor field, ByteString bytes) {
    return field.getName().endsWith("_id") && (bytes.size() == 16 || bytes.size() == 8);
  }

  private static String latin(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static final class Seen implements OtlpVisitor {

    private final Set<String> texts = new HashSet<>();

    @Override
    public @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange value) {
      return null;
    }

    @Override
    public @Nullable Slice text(FieldPath path, ByteRange text) {
      texts.add(latin(ByteString.copyFrom(text.slice().toBytes())));
      return null;
    }

    @Override
    public @Nullable Slice integer(FieldPath path, long value) {
      return null;
    }

    @Override
    public boolean unknown(FieldPath path, ByteRange field) {
      return true;
    }
  }
}
