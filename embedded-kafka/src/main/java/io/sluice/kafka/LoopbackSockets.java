package io.sluice.kafka;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's listening sockets, bound before Kafka starts. So the ports are known for its
 * settings without a moment in which somebody else could take them, and a port that is taken is
 * found before anything else happens.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {

  static final String HOST = "127.0.0.1";

  /** IPv4, as {@link #HOST}, whatever the JVM prefers. */
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static final int BACKLOG = 50;

  private final Map<String, ServerSocketChannel> channels;

  private LoopbackSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
    this.channels = Map.of(BrokerDefaults.CLIENTS, clients, BrokerDefaults.CONTROLLER, controller);
  }

  /** Clients' on the given port, the controller's on any free one. */
  static LoopbackSockets bind(int clientPort) {
    ServerSocketChannel clients = open(clientPort);
    try {
      return new LoopbackSockets(clients, open(0));
    } catch (RuntimeException e) {
      closeQuietly(clients, e);
      throw e;
    }
  }

  InetSocketAddress address(String listener) {
    return (InetSocketAddress) channel(listener).socket().getLocalSocketAddress();
  }

  /** Called by Kafka, once for each listener; the channel is Kafka's to close from then on. */
  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) {
    return channel(listener);
  }

  /** Closes what Kafka has not closed already. */
  @Override
  public void close() {
    for (ServerSocketChannel channel : channels.values()) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new EmbeddedKafkaException("could not close a listening socket", e);
      }
    }
  }

  private ServerSocketChannel channel(String listener) {
    ServerSocketChannel channel = channels.get(listener);
    if (channel == null) {
      throw new IllegalArgumentException("no such listener: " + listener);
    }
    return channel;
  }

  private static ServerSocketChannel open(int port) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
      return channel;
    } catch (IOException e) {
      String problem =
          e instanceof BindException
              ? "is taken by another program: choose another one, or 0 for any free one"
              : "could not be opened";
      var failure =
          new EmbeddedKafkaException(
              "the embedded Kafka's port " + port + " on " + HOST + " " + problem, e);
      if (channel != null) {
        closeQuietly(channel, failure);
      }
      throw failure;
    }
  }

  private static void closeQuietly(ServerSocketChannel channel, Exception because) {
    try {
      channel.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
