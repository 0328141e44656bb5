package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;

/** A request that cannot be answered, with the status and a sentence for the user. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient HttpStatus status;

  ApiException(HttpStatus status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static ApiException badParameter(String name, String expected) {
    return new ApiException(HttpStatus.BAD_REQUEST, name + ": expected " + expected);
  }

  static ApiException notFound(String what) {
    return new ApiException(HttpStatus.NOT_FOUND, what);
  }

  HttpStatus status() {
    return status;
  }
}
