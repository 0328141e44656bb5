package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.file.FileService;

/** The page's files: Sluice's own, and those of its libraries as their webjars have them. */
final class Assets {

  private static final String WEBJARS = "META-INF/resources/webjars/";

  private Assets() {}

  static HttpService page() {
    return of("console");
  }

  static HttpService litHtml() {
    return of(WEBJARS + "lit-html/" + Libraries.LIT_HTML);
  }

  static HttpService uPlot() {
    return of(WEBJARS + "uplot/" + Libraries.UPLOT + "/dist");
  }

  /** Browsers ask each time whether a file changed: a page of two versions would not work. */
  private static HttpService of(String directory) {
    return FileService.builder(Assets.class.getClassLoader(), directory)
        .cacheControl(ServerCacheControl.REVALIDATED)
        .build()
        .orElse((context, request) -> Json.error(HttpStatus.NOT_FOUND, "nothing is at this path"));
  }
}
