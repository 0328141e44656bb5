package io.sluice.app.canaries;

import java.util.List;

/**
 * A made-up secret that stands nowhere else.
 *
 * @param id names it without telling it
 * @param text a text as services write it, with the secret inside
 * @param traces what must not be found anywhere, in each way to write it
 */
public record Canary(String id, String text, List<String> traces) {

  @Override
  public String toString() {
    return id;
  }
}
