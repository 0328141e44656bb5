package io.sluice.app.plugins;

import io.sluice.processor.DefinitionKind;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.InternalTopics;
import io.sluice.processor.runtime.LoadedProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.settings.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** What a plugin may not do to others: take their names, their topics, or what is not yet clean. */
final class PluginRules {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,39}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  /** Topics between steps and of stores, which belong to one processor. */
  private static final Pattern INTERNAL = Pattern.compile("sluice\\..*-(repartition|changelog)");

  /** Other parts of the process have hyphens in their names, and processors have none. */
  private final Set<String> names =
      new HashSet<>(Set.of("ingest", "notifier", "console", "definitions"));

  private final Set<String> kinds = new HashSet<>(DefinitionKinds.all());
  private final Map<String, Topic> topics = new HashMap<>();

  PluginRules(List<StreamProcessor<?>> builtIn) {
    Topics.all().forEach(topic -> topics.put(topic.name(), topic));
    take(builtIn);
  }

  /**
   * Checks what the processors of one plugin answered.
   *
   * @throws PluginException when they break a rule
   */
  void check(List<LoadedProcessor<?>> processors) {
    Set<String> own = new HashSet<>();
    Set<String> ownKinds = new HashSet<>();
    Map<String, Topic> ownTopics = new HashMap<>();
    for (LoadedProcessor<?> processor : processors) {
      String name = processor.name();
      refuseIf(
          !NAME.matcher(name).matches(),
          "a processor's name is lower-case letters and digits, at most 40: " + name);
      refuseIf(names.contains(name) || !own.add(name), "the name " + name + " is taken");
      refuseIf(processor.stateVersion() < 1, "stateVersion() of " + name + " is less than 1");
      checkSettings(processor.defaults());
      for (DefinitionKind kind : processor.definitionKinds()) {
        refuseIf(
            kinds.contains(kind.name()) || !ownKinds.add(kind.name()),
            "the kind of definition " + kind.name() + " is taken");
      }
      topicsOf(processor).forEach(topic -> check(name, topic, ownTopics));
      processor
          .internalTopics()
          .forEach(
              topic ->
                  refuseIf(
                      !InternalTopics.isOf(name, topic) || !TOPIC.matcher(topic.name()).matches(),
                      "the internal topic " + topic.name() + " is not made with internalTopic"));
    }
  }

  /** What the processors have is taken from now on. */
  void take(List<? extends StreamProcessor<?>> processors) {
    for (StreamProcessor<?> processor : processors) {
      names.add(processor.name());
      processor.definitionKinds().forEach(kind -> kinds.add(kind.name()));
      topicsOf(processor).forEach(topic -> topics.putIfAbsent(topic.name(), topic));
    }
  }

  private static void checkSettings(Record defaults) {
    try {
      var unused = Setting.of(Objects.requireNonNull(defaults, "defaults()"));
    } catch (IllegalArgumentException e) {
      throw new PluginException(
          "its settings " + defaults.getClass().getName() + ": " + e.getMessage());
    }
  }

  private void check(String processor, Topic topic, Map<String, Topic> own) {
    refuseIf(!TOPIC.matcher(topic.name()).matches(), "no topic can be named " + topic.name());
    refuseIf(
        INTERNAL.matcher(topic.name()).matches(),
        topic.name() + " is internal to a processor: others neither read nor write it");
    Topic known = topics.get(topic.name());
    if (known == null) {
      known = own.putIfAbsent(topic.name(), topic);
    }
    refuseIf(
        known != null && !known.equals(topic),
        "there is another topic " + topic.name() + "; take the one of the catalogue");
    refuseIf(
        topic.restricted(),
        processor
            + " asks for "
            + topic.name()
            + ", which may hold secrets; processors of others read and write what is clean");
  }

  private static List<Topic> topicsOf(StreamProcessor<?> processor) {
    List<Topic> topics = new ArrayList<>(processor.inputs());
    topics.addAll(processor.outputs());
    return topics;
  }

  private static void refuseIf(boolean broken, String reason) {
    if (broken) {
      throw new PluginException(reason);
    }
  }
}
