package io.sluice.testkit;

import io.sluice.schemas.stage.KafkaConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** A broker that lets nobody in but its administrator, until users are added. */
public final class SaslBroker implements AutoCloseable {

  private static final String PLAIN = PlainLoginModule.class.getName();
  private static final String SCRAM = ScramLoginModule.class.getName();
  private static final String ADMIN = " required username=\"admin\" password=\"admin\"";
  private static final String PASSWORD = "secret";

  private final RestartableBroker kafka;
  private final TestBroker namespace;

  private SaslBroker(RestartableBroker kafka) {
    this.kafka = kafka;
    this.namespace =
        new TestBroker(
            kafka.bootstrapServers(),
            Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                PLAIN + ADMIN + ";"));
  }

  /** A new, empty broker on any free port. */
  public static SaslBroker start() {
    return new SaslBroker(
        RestartableBroker.start(
            Map.of(
                "listener.security.protocol.map",
                "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN,SCRAM-SHA-256",
                "sasl.mechanism.inter.broker.protocol",
                "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config",
                PLAIN + ADMIN + " user_admin=\"admin\";",
                "listener.name.clients.scram-sha-256.sasl.jaas.config",
                SCRAM + " required;")));
  }

  /** A namespace on this broker, as its administrator sees it. Closed with this. */
  public TestBroker namespace() {
    return namespace;
  }

  /** What a part of Sluice needs to work in the namespace once {@link #add} has added its user. */
  public KafkaConnection connectionOf(String user) {
    return new KafkaConnection(
        kafka.bootstrapServers(),
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "SCRAM-SHA-256",
            "sasl.jaas.config",
            SCRAM + " required username=\"" + user + "\" password=\"" + PASSWORD + "\";"),
        namespace.connection().namespace());
  }

  /** Lets a user in from now on. */
  public void add(String user) {
    var credentials = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096);
    try {
      namespace
          .admin()
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(user, credentials, PASSWORD)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker refused: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }

  @Override
  public void close() {
    try (kafka) {
      namespace.close();
    }
  }
}
