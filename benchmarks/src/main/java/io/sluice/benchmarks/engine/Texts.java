package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.RulesInTurn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts behind each other in one array, as the fields of a request are.
 *
 * @param bytes all of them
 * @param ends where each ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Texts(byte[] bytes, int[] ends) {

  static Texts of(List<String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] ends = new int[texts.size()];
    for (int i = 0; i < ends.length; i++) {
      bytes.writeBytes(texts.get(i).getBytes(StandardCharsets.UTF_8));
      ends[i] = bytes.size();
    }
    return new Texts(bytes.toByteArray(), ends);
  }

  static Texts ofOne(byte[] text) {
    return new Texts(text, new int[] {text.length});
  }

  int count() {
    return ends.length;
  }

  int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  int end(int i) {
    return ends[i];
  }

  double megabytes() {
    return bytes.length / 1e6;
  }

  /** Each text by itself. */
  List<byte[]> apart() {
    List<byte[]> apart = new ArrayList<>(ends.length);
    for (int i = 0; i < ends.length; i++) {
      apart.add(Arrays.copyOfRange(bytes, start(i), end(i)));
    }
    return apart;
  }

  /** Each text by itself, as regular expressions read it. */
  List<String> decoded() {
    return apart().stream().map(text -> RulesInTurn.text(text, 0, text.length)).toList();
  }
}
