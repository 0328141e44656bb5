package io.sluice.console;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.netty.util.AttributeKey;
import io.sluice.schemas.stage.AccessTokens;
import io.sluice.schemas.stage.AccessTokens.Role;
import io.sluice.schemas.stage.AccessTokens.User;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.stage.TokenFile;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets those in who have a token, when there are tokens: to read with either role, to change
 * something with the role operate. What was changed, where something can be, is written into the
 * audit log with who did it. The page's own files and the health are for everybody: they say
 * nothing.
 */
final class Access extends SimpleDecoratingHttpService {

  private static final String NOBODY = "anonymous";

  private static final AttributeKey<Visitor> VISITOR =
      AttributeKey.valueOf(Access.class, "VISITOR");

  /**
   * Who asks.
   *
   * @param client tells clients apart: the token's name, or the address where there are no tokens
   * @param mayStay whether it would be let in now too, for answers that go on
   */
  record Visitor(String client, BooleanSupplier mayStay) {}

  private final @Nullable TokenFile tokens;
  private final Predicate<String> guarded;
  private final Predicate<String> changeable;
  private final AuditLog audit;

  /**
   * @param tokens null when everybody who reaches the console may do everything
   * @param guarded which paths are not for everybody
   * @param changeable under which of them something can be changed
   */
  Access(
      HttpService delegate,
      @Nullable TokenFile tokens,
      Predicate<String> guarded,
      Predicate<String> changeable,
      AuditLog audit) {
    super(delegate);
    this.tokens = tokens;
    this.guarded = guarded;
    this.changeable = changeable;
    this.audit = audit;
  }

  /**
   * Refuses to be open to a network, unless somebody said that it may be.
   *
   * @throws StartException with a sentence that says what to do
   */
  static void requireTokens(InetSocketAddress address, boolean mayBeOpen) {
    if (!mayBeOpen && !address.getAddress().isLoopbackAddress()) {
      throw new StartException(
          "the console would be open to everybody who reaches "
              + address.getHostString()
              + ": set console.tokenFile, or console.bindAddress to 127.0.0.1, or, where only some"
              + " reach that address, console.allowAnonymous to true");
    }
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    boolean changes = BrowserGuard.changesSomething(request.method());
    if (!guarded.test(context.path())) {
      return unwrap().serve(context, request);
    }
    String name = NOBODY;
    if (tokens != null) {
      TokenFile known = tokens;
      Optional<String> token = token(request);
      Optional<User> user = token.flatMap(known::user);
      if (user.isEmpty()) {
        return refused(request);
      }
      name = user.get().name();
      if (user.get().role() == Role.WRITE) {
        return Json.error(
            HttpStatus.FORBIDDEN, "this token may only send telemetry; it takes one to read");
      }
      context.setAttr(VISITOR, new Visitor(name, () -> token.flatMap(known::user).equals(user)));
      if (changes && user.get().role() != Role.OPERATE) {
        if (changeable.test(context.path())) {
          audit.refused(name, address(context), request.method(), context.path());
        }
        return Json.error(
            HttpStatus.FORBIDDEN, "this token may only read; it takes one of the role operate");
      }
    }
    if (changes && changeable.test(context.path())) {
      audited(context, name, request.method());
    }
    return unwrap().serve(context, request);
  }

  /** Who was let in. */
  static Visitor visitor(ServiceRequestContext context) {
    Visitor known = context.attr(VISITOR);
    return known == null ? new Visitor(address(context), () -> true) : known;
  }

  private void audited(ServiceRequestContext context, String name, HttpMethod method) {
    String address = address(context);
    CompletableFuture<?> unused =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_HEADERS)
            .thenAccept(
                log ->
                    audit.changed(
                        name,
                        address,
                        method,
                        context.path(),
                        log.responseHeaders().status().code()));
  }

  private static String address(ServiceRequestContext context) {
    return String.valueOf(context.clientAddress().getHostAddress());
  }

  private static HttpResponse refused(HttpRequest request) {
    String sentence =
        token(request).isPresent()
            ? "nobody has this token; see console.tokenFile"
            : "the console asks for a token: Authorization: Bearer TOKEN";
    return Json.unauthorized(sentence);
  }

  private static Optional<String> token(HttpRequest request) {
    return AccessTokens.bearer(request.headers().get(HttpHeaderNames.AUTHORIZATION));
  }
}
