package io.sluice.instrumentation.streams;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Stores whose bytes outlive the topology, as they do on a disk: a topology that is closed and
 * built again finds them. (The test driver deletes the state directory when it is closed.)
 */
final class Disk {

  private Disk() {}

  static KeyValueBytesStoreSupplier keyValues(String name) {
    KeyValueBytesStoreSupplier real = Stores.inMemoryKeyValueStore(name);
    @SuppressWarnings("unchecked")
    KeyValueStore<Bytes, byte[]> bytes = lasting(KeyValueStore.class, real.get());
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return bytes;
      }

      @Override
      public String metricsScope() {
        return real.metricsScope();
      }
    };
  }

  static WindowBytesStoreSupplier windows(String name, Duration retention, Duration size) {
    WindowBytesStoreSupplier real = Stores.inMemoryWindowStore(name, retention, size, false);
    @SuppressWarnings("unchecked")
    WindowStore<Bytes, byte[]> bytes = lasting(WindowStore.class, real.get());
    return new WindowBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public WindowStore<Bytes, byte[]> get() {
        return bytes;
      }

      @Override
      public String metricsScope() {
        return real.metricsScope();
      }

      @Override
      @SuppressWarnings("deprecation") // still to be implemented
      public long segmentIntervalMs() {
        return real.segmentIntervalMs();
      }

      @Override
      public long windowSize() {
        return real.windowSize();
      }

      @Override
      public boolean retainDuplicates() {
        return real.retainDuplicates();
      }

      @Override
      public long retentionPeriod() {
        return real.retentionPeriod();
      }
    };
  }

  private static <T> T lasting(Class<T> type, Object store) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }
}
