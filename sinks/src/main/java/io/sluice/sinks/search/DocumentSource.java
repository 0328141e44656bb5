package io.sluice.sinks.search;

/** The record that documents are made of. */
public interface DocumentSource {

  /** Where it stands in Kafka: the same whenever it is read, and no other record's. */
  String place();

  /**
   * When it reached Kafka, milliseconds since 1970, as far as what stands on the record can be
   * believed ({@link Arrival}): the same whenever it is read. A store may keep its documents by it,
   * so that a repeat finds the same place; it does not say for how long they are kept.
   */
  long arrivedMillis();

  /**
   * Is told, by any thread and before {@link SearchStore#commit} returns, that the store will never
   * take a document of this record.
   *
   * @param why a sentence that quotes no value
   */
  void refused(String why);

  /** A record that arrived at that time and of which no document may be refused. */
  static DocumentSource at(long arrivedMillis) {
    return new DocumentSource() {
      @Override
      public String place() {
        return "at-" + arrivedMillis;
      }

      @Override
      public long arrivedMillis() {
        return arrivedMillis;
      }

      @Override
      public void refused(String why) {
        throw new IllegalStateException(why);
      }
    };
  }
}
