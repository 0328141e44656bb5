package io.sluice.app.plugins;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a compiled class says that it needs of others (JVM specification, chapter 4).
 *
 * @param name with dots
 * @param isAbstract whether it leaves methods to others
 * @param uses methods and fields of other classes
 */
record ClassFile(String name, boolean isAbstract, List<Member> uses) {

  private static final int ABSTRACT = 0x0400;

  /**
   * A method or field that is used.
   *
   * @param owner the class that it is looked for in, with dots
   * @param descriptor types as the JVM writes them; a method's begins with a parenthesis
   */
  record Member(String owner, String name, String descriptor) {

    boolean isMethod() {
      return descriptor.startsWith("(");
    }
  }

  /**
   * @throws IOException for bytes that are no class file
   */
  static ClassFile read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != 0xCAFEBABE) {
      throw new IOException("not a class file");
    }
    in.readInt(); // version: the JDK checks it
    Constants constants = Constants.read(in);
    int access = in.readUnsignedShort();
    String name = constants.className(in.readUnsignedShort());
    return new ClassFile(name, (access & ABSTRACT) != 0, constants.members());
  }

  /** The constant pool: texts, and entries that point to two others or to one. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Constants(String[] texts, int[] kinds, int[] firsts, int[] seconds) {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int INTERFACE_METHOD = 11;

    static Constants read(DataInputStream in) throws IOException {
      int count = in.readUnsignedShort();
      Constants pool =
          new Constants(new String[count], new int[count], new int[count], new int[count]);
      for (int i = 1; i < count; i++) {
        int kind = in.readUnsignedByte();
        pool.kinds[i] = kind;
        switch (kind) {
          case UTF8 -> pool.texts[i] = in.readUTF();
          case 3, 4 -> in.readInt(); // int, float
          case 5, 6 -> { // long, double: two places
            in.readLong();
            i++;
          }
          case CLASS, 8, 16, 19, 20 -> pool.firsts[i] = in.readUnsignedShort();
          case FIELD, 10, INTERFACE_METHOD, 12, 17, 18 -> {
            pool.firsts[i] = in.readUnsignedShort();
            pool.seconds[i] = in.readUnsignedShort();
          }
          case 15 -> { // method handle
            in.readUnsignedByte();
            in.readUnsignedShort();
          }
          default -> throw new IOException("an unknown kind of constant: " + kind);
        }
      }
      return pool;
    }

    List<Member> members() {
      List<Member> members = new ArrayList<>();
      for (int i = 1; i < kinds.length; i++) {
        if (kinds[i] >= FIELD && kinds[i] <= INTERFACE_METHOD) {
          int nameAndType = seconds[i];
          members.add(
              new Member(
                  className(firsts[i]), texts[firsts[nameAndType]], texts[seconds[nameAndType]]));
        } else if (kinds[i] == CLASS) {
          members.add(new Member(className(i), "", ""));
        }
      }
      return members;
    }

    String className(int index) {
      return texts[firsts[index]].replace('/', '.');
    }
  }
}
