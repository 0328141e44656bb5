package io.sluice.schemas.otlp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Breaks bytes as lines, disks and attackers do, the same for the same seed. */
final class Mutations {

  private Mutations() {}

  /** A broken copy; not every break makes the message invalid. */
  static byte[] of(byte[] bytes, long seed) {
    Random random = new Random(seed);
    byte[] broken = bytes.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(broken.length + 1);
      broken =
          switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(broken, at);
            case 1 -> splice(broken, at, at, new byte[] {(byte) random.nextInt()});
            case 2 -> splice(broken, at, Math.min(broken.length, at + 1), new byte[0]);
            case 3 -> splice(broken, at, at, Arrays.copyOfRange(broken, at / 2, at));
            case 4 -> splice(broken, at, at, awkward(random));
            default ->
                splice(
                    broken,
                    at,
                    Math.min(broken.length, at + 1),
                    new byte[] {(byte) random.nextInt()});
          };
    }
    return broken;
  }

  private static byte[] awkward(Random random) {
    int field = 1 + random.nextInt(20);
    ProtoWriter out = new ProtoWriter(32);
    switch (random.nextInt(5)) {
      case 0 -> { // a group, which may or may not end
        out.tag(field, ProtoReader.START_GROUP);
        out.varint(random.nextInt(4), random.nextLong());
        out.tag(field + random.nextInt(2), ProtoReader.END_GROUP);
      }
      case 1 -> out.tag(field, 6 + random.nextInt(2));
      case 2 -> { // a varint in more bytes than it needs
        out.tag(field, ProtoReader.VARINT);
        for (int i = random.nextInt(11); i >= 0; i--) {
          out.raw(new byte[] {(byte) 0x80}, 0, 1);
        }
        out.raw(new byte[] {0}, 0, 1);
      }
      case 3 -> out.tag(random.nextInt(2), random.nextInt(6));
      default -> { // a field that nobody knows
        out.fixed32(100 + field, 1);
        out.fixed64(200 + field, 1);
      }
    }
    return out.toBytes();
  }

  private static byte[] splice(byte[] bytes, int start, int end, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, start);
    out.writeBytes(between);
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }
}
