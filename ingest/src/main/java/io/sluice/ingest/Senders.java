package io.sluice.ingest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.AccessTokens;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.stage.TokenFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may send telemetry: everybody where there is no token file, and else those who have a token
 * of the role write.
 */
final class Senders {

  private final @Nullable TokenFile tokens;

  private Senders(@Nullable TokenFile tokens) {
    this.tokens = tokens;
  }

  /**
   * Refuses to be open to a network, unless somebody said that it may be.
   *
   * @throws StartException with a sentence that says what to do
   */
  static Senders of(IngestConfig config, InetSocketAddress address) {
    if (!config.tokenFile().isEmpty()) {
      return new Senders(
          new TokenFile("ingest.tokenFile", Path.of(config.tokenFile()), Clock.systemUTC()));
    }
    if (!config.allowAnonymous() && !address.getAddress().isLoopbackAddress()) {
      throw new StartException(
          "ingest would take telemetry from everybody who reaches "
              + address.getHostString()
              + ": set ingest.tokenFile, or ingest.bindAddress to 127.0.0.1, or, where only some"
              + " reach that address, ingest.allowAnonymous to true");
    }
    return new Senders(null);
  }

  /** The answer to who may not send; empty for who may. What is refused is counted. */
  Optional<Outcome> refusal(HttpRequest request, Exporter exporter) {
    if (tokens == null) {
      return Optional.empty();
    }
    Optional<String> token =
        AccessTokens.bearer(request.headers().get(HttpHeaderNames.AUTHORIZATION));
    Optional<AccessTokens.User> user = token.flatMap(tokens::user);
    if (user.isEmpty()) {
      return Optional.of(
          exporter.refused(
              Outcome.Kind.UNAUTHENTICATED,
              Reason.REJECTED,
              token.isPresent()
                  ? "nobody has this token"
                  : "ingest asks for a token: Authorization: Bearer TOKEN"));
    }
    return user.get().role() == AccessTokens.Role.WRITE
        ? Optional.empty()
        : Optional.of(
            exporter.refused(
                Outcome.Kind.FORBIDDEN,
                Reason.REJECTED,
                "this token may not send telemetry; it takes one of the role write"));
  }
}
