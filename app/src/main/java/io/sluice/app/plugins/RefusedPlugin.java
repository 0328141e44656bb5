package io.sluice.app.plugins;

/**
 * A plugin that was not taken.
 *
 * @param name of its file or directory
 * @param reason a sentence: what is wrong and what to do
 */
public record RefusedPlugin(String name, String reason) {}
