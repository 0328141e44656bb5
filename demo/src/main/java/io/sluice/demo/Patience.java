package io.sluice.demo;

import java.time.Duration;

/**
 * How long the shop's callers wait for an answer.
 *
 * @param visitor for the frontend
 * @param service for another service
 * @param neighbour for a service that the page of a product does without
 * @param shipping for shipping
 */
record Patience(Duration visitor, Duration service, Duration neighbour, Duration shipping) {

  /** The shop's own: shorter than shipping takes when it is stuck. */
  static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofMillis(800));
}
