package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.StageMeters;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Everybody that is told, and the alerts that they are told of. For the notifier's thread alone.
 */
final class Receivers {

  private final List<Alertmanager> alertmanagers = new ArrayList<>();
  private final List<WebhookQueue> webhooks = new ArrayList<>();
  private final OpenAlerts alerts = new OpenAlerts();
  private final Offsets offsets;
  private final DeadLetterWriter deadLetters;
  private final StageMeters meters;

  Receivers(
      NotifierConfig config,
      WebhookQueue.Parts parts,
      Offsets offsets,
      DeadLetterWriter deadLetters,
      StageMeters meters) {
    this.offsets = offsets;
    this.deadLetters = deadLetters;
    this.meters = meters;
    String key = config.webhookKey();
    @Nullable Signature signature = key == null ? null : new Signature(Secret.read(key));
    for (String url : config.alertmanagers()) {
      String name = "alertmanager-" + (alertmanagers.size() + 1);
      parts.meters().register(name);
      alertmanagers.add(new Alertmanager(name, address(name, url), config.resendInterval(), parts));
    }
    for (String url : config.webhooks()) {
      String name = "webhook-" + (webhooks.size() + 1);
      parts.meters().register(name);
      webhooks.add(new WebhookQueue(name, address(name, url), signature, parts));
    }
  }

  private static URI address(String name, String url) {
    String address = Secret.isSource(url) ? Secret.read(url) : url;
    if (!NotifierConfig.isHttp(address)) {
      throw new IllegalArgumentException(
          "notifier: " + name + ": expected an http or https address there");
    }
    return URI.create(address);
  }

  /** A transition was read. What is known of each alert comes from all of them, old and new. */
  void read(ConsumerRecord<byte[], byte[]> record, Alert alert) {
    boolean silent = alert.getState() == AlertState.PENDING || alerts.neverFired(record, alert);
    alerts.put(record, alert);
    alertmanagers.forEach(Alertmanager::changed);
    boolean isNew = offsets.isNew(record);
    boolean told = isNew && !silent;
    if (isNew) {
      offsets.read(record, told ? webhooks.size() : 0);
    }
    if (told) {
      tellWebhooks(record, alert);
    }
  }

  /** The alert is forgotten. */
  void remove(ConsumerRecord<byte[], byte[]> record, String fingerprint) {
    alerts.remove(record, fingerprint);
    if (offsets.isNew(record)) {
      offsets.read(record, 0);
    }
  }

  /** Tells the webhooks what fires in a partition of which nobody was ever told. */
  void tellWhatFires(TopicPartition partition) {
    for (OpenAlerts.Entry entry : alerts.firing(partition)) {
      offsets.hold(entry.record(), webhooks.size());
      tellWebhooks(entry.record(), entry.alert());
    }
  }

  private void tellWebhooks(ConsumerRecord<byte[], byte[]> record, Alert alert) {
    Delivery delivery = new Delivery(record, alert, () -> offsets.done(record));
    webhooks.forEach(webhook -> webhook.add(delivery));
  }

  void drop(TopicPartition partition) {
    alerts.drop(partition);
    alertmanagers.forEach(Alertmanager::drop);
    webhooks.forEach(webhook -> webhook.drop(partition));
  }

  void work() {
    alertmanagers.forEach(alertmanager -> alertmanager.work(alerts, this::refused));
    webhooks.forEach(webhook -> webhook.work(this::refused));
  }

  /**
   * Takes the answers that have come, and tells nobody more.
   *
   * @return whether any is still to come
   */
  boolean settle() {
    boolean open = false;
    for (WebhookQueue webhook : webhooks) {
      open |= webhook.settle(this::refused);
    }
    return open;
  }

  /** How many deliveries wait. */
  int waiting() {
    return webhooks.stream().mapToInt(WebhookQueue::size).sum();
  }

  private void refused(Refusal refusal) {
    Reason reason =
        refusal.reply().outcome() == Reply.Outcome.REFUSED ? Reason.INVALID : Reason.TIMEOUT;
    meters.dead(reason, 1);
    deadLetters.write(refusal.record(), reason, refusal.message());
  }
}
