package io.sluice.schemas;

import java.util.List;
import org.apache.avro.Schema;

/**
 * The records that stand on topics or in stores by themselves: what the schema history is kept for.
 */
final class PublishedRecords {

  private PublishedRecords() {}

  static List<Schema> schemas() {
    return List.of(
        Trace.getClassSchema(),
        SeriesPoint.getClassSchema(),
        StatementRanking.getClassSchema(),
        SliWindow.getClassSchema(),
        Alert.getClassSchema(),
        SloBudget.getClassSchema(),
        SloHour.getClassSchema(),
        SloBackfill.getClassSchema(),
        SloCounting.getClassSchema(),
        BackfillReading.getClassSchema(),
        Redaction.getClassSchema(),
        DeadLetter.getClassSchema(),
        DefinitionSet.getClassSchema(),
        AuditRecord.getClassSchema());
  }
}
