package io.sluice.app.plugins;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * The classes of one plugin: the API from the process, the rest from the plugin's own jars and the
 * JDK. Two plugins may have different versions of one library, and neither meets Sluice's.
 */
final class PluginClassLoader extends URLClassLoader {

  private final ClassLoader process;

  PluginClassLoader(String name, URL[] jars, ClassLoader process) {
    super("plugin " + name, jars, ClassLoader.getPlatformClassLoader());
    this.process = process;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return Api.shows(name) ? process.loadClass(name) : super.loadClass(name, resolve);
  }
}
