package io.sluice.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Requests of any signal as OTLP/JSON, the way the Collector's file exporter writes them: which
 * signal it is, the name of the top field says. Safe for use by several threads.
 */
public final class OtlpJsonCodec {

  /** A request as protobuf. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Request(Signal signal, byte[] protobuf) {}

  private static final String EXPECTED =
      "expected an object with resourceLogs, resourceSpans or resourceMetrics";

  private final JsonFactory json = new JsonFactory();
  private final OtlpJson reader;

  /**
   * @param maxDepth how deep objects and arrays may be nested in all
   */
  public OtlpJsonCodec(int maxDepth) {
    this.reader = new OtlpJson(maxDepth, Integer.MAX_VALUE);
  }

  /**
   * Reads a request. Fields that OTLP does not know are left out.
   *
   * @throws InvalidInputException when it is none, with the place and never with a piece of it
   */
  public Request read(byte[] text) {
    OtlpSignal signal = signal(text);
    return new Request(signal.signal(), reader.toProtobuf(text, signal.prototype()));
  }

  /** Writes a request on one line, without a line end. */
  public byte[] write(Request request) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(request.protobuf().length * 2);
    try (JsonGenerator out = json.createGenerator(text)) {
      OtlpSignal signal = OtlpSignal.of(request.signal());
      new OtlpJsonPrinter(out)
          .print(signal.prototype().getParserForType().parseFrom(request.protobuf()));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(Reason.MALFORMED, "not an OTLP request");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes to memory
    }
    return text.toByteArray();
  }

  private OtlpSignal signal(byte[] text) {
    OtlpSignal found = null;
    try (JsonParser in = json.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException(Reason.MALFORMED, EXPECTED);
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        OtlpSignal named = named(in.currentName());
        if (named != null && found != null) {
          throw new InvalidInputException(Reason.MALFORMED, EXPECTED + ", and only one of them");
        }
        found = named == null ? found : named;
        in.nextToken();
        in.skipChildren();
      }
    } catch (JacksonException e) {
      throw OtlpJson.invalid(e);
    } catch (IOException e) {
      throw new InvalidInputException(Reason.MALFORMED, "not valid JSON");
    }
    if (found == null) {
      throw new InvalidInputException(Reason.MALFORMED, EXPECTED);
    }
    return found;
  }

  private static @Nullable OtlpSignal named(String field) {
    return switch (field) {
      case "resourceLogs", "resource_logs" -> OtlpSignal.LOGS;
      case "resourceSpans", "resource_spans" -> OtlpSignal.TRACES;
      case "resourceMetrics", "resource_metrics" -> OtlpSignal.METRICS;
      default -> null;
    };
  }
}
