package io.sluice.sinks.search;

import java.util.Collection;

/** A place that came at the beginning of time, and keeps what a store refuses of it. */
record Refusals(Collection<String> sentences) implements DocumentSource {

  @Override
  public String place() {
    return "0-0";
  }

  @Override
  public long arrivedMillis() {
    return 0;
  }

  @Override
  public void refused(String why) {
    sentences.add(why);
  }
}
