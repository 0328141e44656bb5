package io.sluice.app.config;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.NearestName;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import io.sluice.schemas.settings.Setting;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration: defaults, then the file, then environment variables, then {@code
 * --set}. Remembers where each value came from.
 */
public final class LoadedConfig {

  /** Key of the processors' settings. */
  public static final String PROCESSORS = "processors";

  private static final String VARIABLE_OF_PROCESSOR = variable(PROCESSORS + ".");
  private static final String HIDDEN = "(hidden)";

  /** Settings whose values may be secrets. */
  private static final Set<String> SECRETS =
      Set.of("kafka.properties", "notifier.alertmanagers", "notifier.webhooks");

  /** What only Kubernetes sets, of a Service whose name begins with {@code sluice}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_SERVICE_HOST|.*_SERVICE_PORT(_.*)?|.*_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private final SluiceConfig config;
  private final Map<String, Record> processorConfigs;
  private final YamlDocument document;

  private LoadedConfig(
      SluiceConfig config, Map<String, Record> processorConfigs, YamlDocument document) {
    this.config = config;
    this.processorConfigs = processorConfigs;
    this.document = document;
  }

  /**
   * Reads everything and checks all of it.
   *
   * @param file null when the user named none
   * @param environment variables {@code SLUICE_…}; others are ignored, and so are those that
   *     Kubernetes makes of Services
   * @param flags {@code --set} values, path to text
   * @throws ConfigurationException with every problem found
   */
  public static LoadedConfig load(
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> flags,
      Processors processors) {
    YamlDocument document = read(file);
    Map<String, String> variables = variables(processors);
    List<Problem> problems = new ArrayList<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith("SLUICE_") || isServiceLink(name, variable.getValue())) {
        continue;
      }
      Origin origin = Origin.of("environment " + name);
      String path = variables.get(name);
      if (path == null) {
        if (name.startsWith(VARIABLE_OF_PROCESSOR) && !processors.refused().isEmpty()) {
          continue; // of a plugin that was refused, as its keys in the file
        }
        problems.add(
            new Problem(origin, "", "no setting" + NearestName.hint(name, variables.keySet())));
      } else {
        document = document.with(path, variable.getValue(), origin);
      }
    }
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      document = document.with(flag.getKey(), flag.getValue(), Origin.of("--set " + flag.getKey()));
    }
    return bind(document, processors, problems);
  }

  /** {@code SLUICE_CONSOLE_PORT=tcp://10.0.0.1:8080} and its like: also the name of a setting. */
  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
  }

  private static LoadedConfig bind(
      YamlDocument document, Processors processors, List<Problem> problems) {
    SluiceConfig config = SluiceConfig.defaults();
    try {
      config = document.without(PROCESSORS).bind(SluiceConfig.class, config);
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
    for (String name : document.keys(PROCESSORS)) {
      // The settings of a plugin that was refused are nobody's, and nobody's mistake.
      if (!processors.names().contains(name) && processors.refused().isEmpty()) {
        problems.add(
            document.problem(
                PROCESSORS + "." + name,
                "no such processor" + NearestName.hint(name, processors.names())));
      }
    }
    Map<String, Record> processorConfigs = new LinkedHashMap<>();
    for (StreamProcessor<?> processor : processors.all()) {
      try {
        processorConfigs.put(processor.name(), bindProcessor(document, processor));
      } catch (ConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new LoadedConfig(config, processorConfigs, document);
  }

  private static <C extends Record> C bindProcessor(
      YamlDocument document, StreamProcessor<C> processor) {
    C defaults = processor.defaults();
    @SuppressWarnings("unchecked") // the class of a C
    Class<C> type = (Class<C>) defaults.getClass();
    return document.bindAt(PROCESSORS + "." + processor.name(), type, defaults);
  }

  public SluiceConfig config() {
    return config;
  }

  /** The configuration of a processor, of the type of its defaults. */
  public Record processor(String name) {
    Record found = processorConfigs.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no processor " + name);
    }
    return found;
  }

  /** The effective configuration as lines {@code path: value # where it came from}. */
  public List<String> print() {
    List<String> lines = new ArrayList<>();
    for (Setting setting : settings(config, processorConfigs)) {
      boolean empty = setting.value().equals("{}") || setting.value().equals("[]");
      boolean secret = SECRETS.contains(setting.path()) && !empty;
      lines.add(
          setting.path()
              + ": "
              + (secret ? HIDDEN : setting.value())
              + "  # "
              + document.originOf(setting.path()));
    }
    return lines;
  }

  /** Every setting with its default, in the order of the reference page. */
  public static List<Setting> reference(Processors processors) {
    Map<String, Record> defaults = new LinkedHashMap<>();
    processors.all().forEach(processor -> defaults.put(processor.name(), processor.defaults()));
    return settings(SluiceConfig.defaults(), defaults);
  }

  /** The environment variable of a setting. */
  public static String variable(String path) {
    return "SLUICE_"
        + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replace('.', '_')
            .replace('-', '_')
            .toUpperCase(Locale.ROOT);
  }

  private static List<Setting> settings(SluiceConfig config, Map<String, Record> processors) {
    List<Setting> all = new ArrayList<>(Setting.of(config));
    processors.forEach(
        (name, record) -> {
          for (Setting setting : Setting.of(record)) {
            all.add(
                new Setting(
                    PROCESSORS + "." + name + "." + setting.path(),
                    setting.type(),
                    setting.value(),
                    setting.description()));
          }
        });
    return all;
  }

  private static Map<String, String> variables(Processors processors) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (Setting setting : reference(processors)) {
      paths.put(variable(setting.path()), setting.path());
    }
    return paths;
  }

  private static YamlDocument read(@Nullable Path file) {
    if (file == null) {
      return YamlDocument.empty("(no file)");
    }
    try {
      return StrictYaml.document(file.toString(), Files.readString(file));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new ConfigurationException(
          List.of(new Problem(Origin.of(file.toString()), "", "there is no such file")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
