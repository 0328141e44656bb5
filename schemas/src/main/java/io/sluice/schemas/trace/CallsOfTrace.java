package io.sluice.schemas.trace;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds who calls whom among the spans of a tree. */
final class CallsOfTrace {

  private static final int CLIENT = 3;
  private static final int PRODUCER = 4;
  private static final int CONSUMER = 5;

  /** A trace that is made to have more is not worth a record of megabytes. */
  private static final int MAX_CALLS = 500;

  private static final int MAX_NAME = 200;

  private record Key(String client, String server, String connection) {}

  private static final AttributeKeys KEYS = new AttributeKeys();
  private static final int MESSAGING_SYSTEM = KEYS.slot("messaging.system");
  private static final int MESSAGING_OPERATION = slot(PeerAttributes.MESSAGING_OPERATION);
  private static final int DATABASE = slot(PeerAttributes.DATABASE);
  private static final int DATABASE_PEER = slot(PeerAttributes.DATABASE_PEER);
  private static final int QUEUE = slot(PeerAttributes.QUEUE);
  private static final int PEER = slot(PeerAttributes.PEER);

  private final SpanReader reader = new SpanReader(KEYS);
  private final SpanTree tree;
  private final Map<Key, ServiceCall> calls = new LinkedHashMap<>();

  CallsOfTrace(SpanTree tree) {
    this.tree = tree;
  }

  private static int slot(List<String> names) {
    return KEYS.slot(names.toArray(String[]::new));
  }

  List<ServiceCall> calls() {
    boolean[] answered = new boolean[tree.size()];
    for (int i = 0; i < tree.size(); i++) {
      int parent = tree.parent(i);
      if (parent != SpanTree.NONE && !tree.service(parent).equals(tree.service(i))) {
        answered[parent] = true;
        boolean queued = isQueued(tree.span(i)) || isQueued(tree.span(parent));
        String connection = queued ? ServiceCall.MESSAGING : ServiceCall.DIRECT;
        add(tree.service(parent), tree.service(i), connection, i);
      }
    }
    for (int i = 0; i < tree.size(); i++) {
      int kind = tree.span(i).kind();
      if (!answered[i] && (kind == CLIENT || kind == PRODUCER)) {
        unanswered(i);
      }
    }
    return new ArrayList<>(calls.values());
  }

  private void unanswered(int i) {
    SpanView span = tree.span(i);
    reader.read(span.bytes());
    boolean asks = span.kind() == CLIENT;
    boolean queued = !asks || reader.has(MESSAGING_SYSTEM);
    if (queued
        && asks
        && PeerAttributes.isTaking(
            text(span, MESSAGING_OPERATION, PeerAttributes.MESSAGING_OPERATION))) {
      return;
    }
    boolean database = !queued && !text(span, DATABASE, PeerAttributes.DATABASE).isEmpty();
    String peer =
        database
            ? text(span, DATABASE_PEER, PeerAttributes.DATABASE_PEER)
            : queued
                ? text(span, QUEUE, PeerAttributes.QUEUE)
                : text(span, PEER, PeerAttributes.PEER);
    if (!peer.isEmpty()) {
      String connection =
          database ? ServiceCall.DATABASE : queued ? ServiceCall.MESSAGING : ServiceCall.VIRTUAL;
      add(tree.service(i), peer, connection, i);
    }
  }

  /** Of the attribute that is preferred, and of the next one that is not empty. */
  private String text(SpanView span, int slot, List<String> names) {
    Slice text = reader.text(slot);
    return text.isEmpty() && reader.has(slot) ? span.attributes().firstText(names) : text.utf8();
  }

  private static boolean isQueued(SpanView span) {
    int kind = span.kind();
    return kind == PRODUCER
        || kind == CONSUMER
        || (kind == CLIENT && span.attributes().text("messaging.system") != null);
  }

  private void add(String client, String server, String connection, int i) {
    Key key = new Key(cut(client), cut(server), connection);
    if (calls.size() == MAX_CALLS && !calls.containsKey(key)) {
      return;
    }
    SpanView span = tree.span(i);
    ServiceCall call =
        new ServiceCall(
            key.client(),
            key.server(),
            connection,
            1,
            span.isError() ? 1 : 0,
            span.durationNanos());
    calls.merge(key, call, ServiceCall::plus);
  }

  private static String cut(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }
}
