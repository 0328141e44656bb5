package io.sluice.schemas;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * Finds the generated classes of this package by the names in a schema. Avro itself refuses to load
 * any class whose name stands in a schema, unless a system property trusts it, because a schema may
 * come from anywhere. Here only this package is trusted, whose schemas are shipped with it, and no
 * process has to be started with the property.
 */
final class RecordModel extends SpecificData {

  private static final RecordModel INSTANCE = new RecordModel();
  private static final RecordModel WRITING = new RecordModel();

  static {
    WRITING.setCustomCoders(true);
  }

  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

  private RecordModel() {
    super(RecordModel.class.getClassLoader());
  }

  static SpecificData instance() {
    return INSTANCE;
  }

  /**
   * For writing: with the code that is generated for each record, several times faster than looking
   * fields up. What is read may be hostile and goes the careful way.
   */
  static SpecificData writing() {
    return WRITING;
  }

  @Override
  public Class<?> getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED ->
          RecordModel.class.getPackageName().equals(schema.getNamespace())
              ? classes.computeIfAbsent(schema.getFullName(), this::load)
              : super.getClass(schema);
      default -> super.getClass(schema);
    };
  }

  private Class<?> load(String name) {
    try {
      return Class.forName(name, false, getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("no generated class for the schema " + name, e);
    }
  }
}
