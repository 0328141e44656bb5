package io.sluice.processor.runtime;

import java.util.function.Supplier;

/**
 * Which classes a thread finds services among. Steps of a plugin run with the plugin's; Kafka's
 * clients are made with Sluice's, whichever thread makes them, since what a cluster's settings name
 * is there.
 */
final class ContextLoader {

  private ContextLoader() {}

  /** Does the work with Sluice's classes. */
  static <T> T own(Supplier<T> work) {
    return among(ContextLoader.class.getClassLoader(), work);
  }

  /** Does the work with these classes. */
  static <T> T among(ClassLoader classes, Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** From now on this thread works for who wrote this code. */
  static void of(Object code) {
    ClassLoader loader = code.getClass().getClassLoader();
    if (loader != null) { // a class of the JDK's tells nothing
      Thread.currentThread().setContextClassLoader(loader);
    }
  }
}
