package io.sluice.processors.spanmetrics;

/**
 * One side of a call between services, as its span tells it.
 *
 * @param asks the caller's or sender's side, not the one that answers or takes the message
 * @param messaging through a queue
 * @param database a caller's, to a database
 * @param parent 0 for a root
 * @param system of the queue; empty for none
 * @param peer how the other side is named here; empty when it is not
 * @param endNanos not after the span's arrival
 * @param settled whether it was counted, and waits no more
 * @param ids trace id and span id; empty when they are no valid ones
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record CallSide(
    boolean asks,
    boolean messaging,
    boolean database,
    long span,
    long parent,
    String service,
    String system,
    String peer,
    boolean failed,
    double seconds,
    double weight,
    long startNanos,
    long endNanos,
    boolean settled,
    byte[] ids) {

  private static final int ASKS = 1;
  private static final int MESSAGING = 2;
  private static final int DATABASE = 4;
  private static final int FAILED = 8;
  private static final int SETTLED = 16;

  /** The same side, counted. */
  CallSide settle() {
    return settled
        ? this
        : new CallSide(
            asks,
            messaging,
            database,
            span,
            parent,
            service,
            system,
            peer,
            failed,
            seconds,
            weight,
            startNanos,
            endNanos,
            true,
            ids);
  }

  void pack(Packer out) {
    int flags = asks ? ASKS : 0;
    flags |= messaging ? MESSAGING : 0;
    flags |= database ? DATABASE : 0;
    flags |= failed ? FAILED : 0;
    flags |= settled ? SETTLED : 0;
    out.number(flags).signed(span).signed(parent).text(service).text(system);
    out.text(peer);
    out.real(seconds).amount(weight).signed(startNanos).signed(endNanos).bytes(ids);
  }

  static CallSide unpack(Unpacker in) {
    long flags = in.number();
    return new CallSide(
        (flags & ASKS) != 0,
        (flags & MESSAGING) != 0,
        (flags & DATABASE) != 0,
        in.signed(),
        in.signed(),
        in.text(),
        in.text(),
        in.text(),
        (flags & FAILED) != 0,
        in.real(),
        in.amount(),
        in.signed(),
        in.signed(),
        (flags & SETTLED) != 0,
        in.bytes());
  }
}
