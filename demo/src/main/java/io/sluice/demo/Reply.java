package io.sluice.demo;

/**
 * What a handler gives.
 *
 * @param body written as JSON
 */
record Reply(int status, Object body) {

  /** Body of a reply that is no success. */
  record Problem(String problem) {}

  static Reply ok(Object body) {
    return new Reply(200, body);
  }

  static Reply created(Object body) {
    return new Reply(201, body);
  }

  static Reply problem(int status, String sentence) {
    return new Reply(status, new Problem(sentence));
  }
}
