package io.sluice.app.plugins;

import io.sluice.processor.DefinitionKind;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
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

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private final Set<String> names = new HashSet<>(Set.of("ingest", "notifier", "console"));
  private final Set<String> kinds = new HashSet<>(DefinitionKinds.all());
  private final Map<String, Topic> topics = new HashMap<>();

  PluginRules(List<StreamProcessor<?>> builtIn) {
    names.addAll(List.of("prometheus-sink", "search-sink", "definitions"));
    Topics.all().forEach(topic -> topics.put(topic.name(), topic));
    take(builtIn);
  }

  /**
   * Asks the processors of one plugin all that the process will ask.
   *
   * @throws PluginException when they break a rule
   */
  void check(List<StreamProcessor<?>> processors) {
    Set<String> own = new HashSet<>();
    Set<String> ownKinds = new HashSet<>();
    Map<String, Topic> ownTopics = new HashMap<>();
    for (StreamProcessor<?> processor : processors) {
      String name = processor.name();
      refuseIf(
          !NAME.matcher(name).matches(),
          "a processor's name is lower-case letters, digits and hyphens, at most 40: " + name);
      refuseIf(names.contains(name) || !own.add(name), "the name " + name + " is taken");
      refuseIf(processor.stateVersion() < 1, "stateVersion() of " + name + " is less than 1");
      Objects.requireNonNull(processor.defaults(), "defaults()");
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
                      !topic.name().startsWith("sluice." + name + "-"),
                      "the internal topic " + topic.name() + " is not made with internalTopic"));
    }
  }

  /** What the processors have is taken from now on. */
  void take(List<StreamProcessor<?>> processors) {
    for (StreamProcessor<?> processor : processors) {
      names.add(processor.name());
      processor.definitionKinds().forEach(kind -> kinds.add(kind.name()));
      topicsOf(processor).forEach(topic -> topics.putIfAbsent(topic.name(), topic));
    }
  }

  private void check(String processor, Topic topic, Map<String, Topic> own) {
    refuseIf(!TOPIC.matcher(topic.name()).matches(), "no topic can be named " + topic.name());
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
