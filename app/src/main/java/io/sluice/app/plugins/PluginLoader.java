package io.sluice.app.plugins;

import io.sluice.processor.ApiVersion;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.LoadedProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Loads the processors of one plugin: its jars in a class loader of their own. */
final class PluginLoader {

  private final String name;
  private final List<Path> jars;

  /**
   * @param name of its file or directory
   */
  PluginLoader(String name, List<Path> jars) {
    this.name = name;
    this.jars = jars;
  }

  /**
   * Its processors, with what they answer. Runs the plugin's code, with its classes as those of the
   * thread: libraries look for services there. For a thread of its own.
   *
   * @throws PluginException when it is refused
   */
  List<LoadedProcessor<?>> load() throws IOException {
    List<ClassFile> classes = new ArrayList<>();
    for (Path jar : jars) {
      readClasses(jar, classes);
    }
    // Never closed: classes are loaded as long as the process lives.
    PluginClassLoader loader =
        new PluginClassLoader(name, urls(), PluginLoader.class.getClassLoader());
    new ApiCheck(loader)
        .defect(classes)
        .ifPresent(
            what -> {
              throw new PluginException(
                  "it was built against another API than this one ("
                      + ApiVersion.CURRENT
                      + "): "
                      + what
                      + "; build it against the API of this Sluice");
            });
    Thread.currentThread().setContextClassLoader(loader);
    List<LoadedProcessor<?>> processors = new ArrayList<>();
    for (StreamProcessor<?> processor : ServiceLoader.load(StreamProcessor.class, loader)) {
      processors.add(LoadedProcessor.ask(processor));
    }
    if (processors.isEmpty()) {
      throw new PluginException(
          "it names no processor in META-INF/services/" + StreamProcessor.class.getName());
    }
    return processors;
  }

  private static void readClasses(Path jar, List<ClassFile> classes) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      checkVersion(file.getManifest());
      for (JarEntry entry : file.stream().toList()) {
        if (isClass(entry.getName())) {
          try (InputStream in = file.getInputStream(entry)) {
            classes.add(ClassFile.read(in.readAllBytes()));
          }
        }
      }
    }
  }

  private static boolean isClass(String entry) {
    return entry.endsWith(".class")
        && !entry.startsWith("META-INF/")
        && !entry.endsWith("module-info.class");
  }

  private static void checkVersion(@Nullable Manifest manifest) {
    String version =
        manifest == null ? null : manifest.getMainAttributes().getValue(ApiVersion.MANIFEST_KEY);
    if (version != null && !ApiVersion.fits(version)) {
      throw new PluginException(
          "it was built for version "
              + version
              + " of the API, and this is "
              + ApiVersion.CURRENT
              + "; build it against the API of this Sluice");
    }
  }

  private URL[] urls() throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }
}
