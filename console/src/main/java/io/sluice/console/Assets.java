package io.sluice.console;

import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.file.FileService;

/** The page's files: Sluice's own, and those of its libraries as their webjars have them. */
final class Assets {

  private static final String WEBJARS = "META-INF/resources/webjars/";

  private Assets() {}

  static HttpService page() {
    return FileService.of(Assets.class.getClassLoader(), "console");
  }

  static HttpService litHtml() {
    return FileService.of(
        Assets.class.getClassLoader(), WEBJARS + "lit-html/" + Libraries.LIT_HTML);
  }

  static HttpService uPlot() {
    return FileService.of(
        Assets.class.getClassLoader(), WEBJARS + "uplot/" + Libraries.UPLOT + "/dist");
  }
}
