package io.sluice.schemas.stage;

import java.net.InetSocketAddress;

/** Where a server is to listen, told to users in their own terms when it cannot be. */
public final class ListenAddress {

  private ListenAddress() {}

  /**
   * The address, looked up.
   *
   * @param setting the key of the settings that have {@code bindAddress}
   * @throws StartException with a sentence for users, when nobody knows the host
   */
  public static InetSocketAddress of(String setting, String bindAddress, int port) {
    InetSocketAddress address = new InetSocketAddress(bindAddress, port);
    if (address.isUnresolved()) {
      throw new StartException(
          setting + ".bindAddress: no address is known of \"" + bindAddress + "\"");
    }
    return address;
  }
}
