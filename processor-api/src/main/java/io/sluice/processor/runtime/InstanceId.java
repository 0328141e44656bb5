package io.sluice.processor.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A name for this process that outlives it: kept beside its state, for static group membership. */
final class InstanceId {

  private InstanceId() {}

  static synchronized String of(Path stateDirectory) {
    Path file = stateDirectory.resolve("instance-id");
    try {
      Files.createDirectories(stateDirectory);
      String kept = Files.exists(file) ? Files.readString(file).trim() : "";
      if (!kept.isEmpty()) {
        return kept;
      }
      String id = UUID.randomUUID().toString();
      // Whole or not at all: a process that is killed here must start again.
      Path draft = stateDirectory.resolve("instance-id.new");
      Files.writeString(draft, id);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the instance id in " + file, e);
    }
  }
}
