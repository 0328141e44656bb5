package io.sluice.schemas.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;

/**
 * A text, or a list of texts, where a file may have either.
 *
 * @param values in the order of the file
 */
public record OneOrMore(List<String> values) {

  public OneOrMore {
    values = List.copyOf(values);
  }

  @JsonCreator
  public static OneOrMore of(String value) {
    return new OneOrMore(List.of(value));
  }

  @Override
  public String toString() {
    return String.join(", ", values);
  }
}
