package io.sluice.app.plugins;

/** Why a plugin is not taken, for people. */
final class PluginException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PluginException(String reason) {
    super(reason);
  }
}
