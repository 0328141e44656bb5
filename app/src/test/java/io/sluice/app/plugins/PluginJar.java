package io.sluice.app.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.StreamProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A plugin as its author builds it: sources, compiled against some API, in a jar. */
public final class PluginJar {

  /**
   * Code that never returns, whatever interrupts it. It waits: the thread outlives its test, and
   * one that went round and round would take a core from all tests behind it.
   */
  static final String NEVER_RETURNS =
      "while (OUT != null) { java.util.concurrent.locks.LockSupport.park(); Thread.interrupted(); }";

  /** Code that throws when a library of the plugin would find services of Sluice's. */
  static final String ALONE =
      "if (java.util.ServiceLoader.load(StreamProcessor.class).stream().count() != 1)"
          + " throw new IllegalStateException(\"finds the services of others\");";

  /** A processor that copies clean logs to a topic of its own. */
  private static final String PROCESSOR =
      """
      import io.sluice.processor.*;
      import io.sluice.schemas.*;
      import java.time.Duration;
      import java.util.List;
      import org.apache.kafka.streams.Topology;

      public class CLASS implements StreamProcessor<CLASS.Config> {
        static final Topic OUT =
            Topic.records("TOPIC", "none", "the log request", Duration.ofDays(1), "NAME");
        public record Config(String greeting) {}
        public CLASS() { /* constructor */ }
        public String name() { return "NAME"; }
        public Config defaults() { return new Config("hello"); }
        public List<Topic> inputs() { return List.of(Topics.LOGS); }
        public List<Topic> outputs() { return List.of(OUT); }
        /* more */
        public Topology topology(Config config, Stage stage) {
          /* topology */
          return stage.topology().step("copy", Copy::new).reads(Topics.LOGS).sends(OUT).build();
        }
        static class Copy implements Step {
          private StepContext out;
          public void init(StepContext context) { out = context; /* init */ }
          public void process(InputRecord input) {
            /* process */
            out.send(OUT, input.key(), input.value());
          }
        }
      }
      """;

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> api = new LinkedHashMap<>();
  private final Attributes manifest = new Attributes();
  private String service = "";

  private PluginJar() {}

  /** A plugin with one processor of this name, whose topic is {@code NAME.out}. */
  public static PluginJar of(String name) {
    PluginJar plugin = new PluginJar();
    plugin.service = "P" + Integer.toHexString(name.hashCode());
    plugin.sources.put(
        plugin.service,
        PROCESSOR
            .replace("CLASS", plugin.service)
            .replace("TOPIC", name + ".out")
            .replace("NAME", name));
    return plugin;
  }

  /** Puts code in a place: constructor, more, topology, init or process. */
  public PluginJar code(String place, String code) {
    return replace("/* " + place + " */", code);
  }

  PluginJar replace(String text, String other) {
    sources.compute(service, (name, source) -> String.valueOf(source).replace(text, other));
    return this;
  }

  PluginJar source(String className, String source) {
    sources.put(className, source);
    return this;
  }

  PluginJar manifest(String key, String value) {
    manifest.putValue(key, value);
    return this;
  }

  PluginJar withoutService() {
    service = "";
    return this;
  }

  /** Compiles against an API in which this class of it is another. */
  PluginJar against(String className, String source) {
    api.put(className, source);
    return this;
  }

  public Path in(Path directory, String fileName) throws IOException {
    Path work = Files.createTempDirectory("plugin");
    Path other = Files.createDirectories(work.resolve("api"));
    if (!api.isEmpty()) {
      compile(api, work.resolve("api-src"), other, System.getProperty("java.class.path"));
    }
    Path classes = Files.createDirectories(work.resolve("classes"));
    compile(
        sources,
        work.resolve("src"),
        classes,
        other + java.io.File.pathSeparator + System.getProperty("java.class.path"));
    Path jar = Files.createDirectories(directory).resolve(fileName);
    Manifest all = new Manifest();
    all.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    all.getMainAttributes().putAll(manifest);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, all);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
      }
      if (!service.isEmpty()) {
        entries.putNextEntry(new JarEntry("META-INF/services/" + StreamProcessor.class.getName()));
        entries.write(service.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  /** The jar of a Maven project's main sources and resources. */
  public static void ofProject(Path project, Path jar) throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    Path java = project.resolve("src/main/java");
    for (Path file : files(java)) {
      String name = java.relativize(file).toString().replace('/', '.').replaceFirst("\\.java$", "");
      sources.put(name, Files.readString(file));
    }
    Path work = Files.createTempDirectory("plugin");
    Path classes = Files.createDirectories(work.resolve("classes"));
    compile(sources, work.resolve("src"), classes, System.getProperty("java.class.path"));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Path root : List.of(classes, project.resolve("src/main/resources"))) {
        for (Path file : files(root)) {
          entries.putNextEntry(new JarEntry(root.relativize(file).toString()));
          Files.copy(file, entries);
        }
      }
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void compile(
      Map<String, String> sources, Path sourceRoot, Path classes, String classPath)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = sourceRoot.resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, source.getValue()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter says = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  says,
                  manager,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-cp",
                      classPath,
                      "-proc:none",
                      "-implicit:none",
                      "--release",
                      "17"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).as(says.toString()).isTrue();
    }
  }
}
