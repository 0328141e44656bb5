package io.sluice.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of the page's libraries, which are part of their paths in the webjars. */
final class Libraries {

  static final String LIT_HTML = version("lit-html");
  static final String UPLOT = version("uplot");

  private Libraries() {}

  private static String version(String webjar) {
    String path = "/META-INF/maven/org.webjars.npm/" + webjar + "/pom.properties";
    try (InputStream in = Libraries.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the build left out the webjar " + webjar);
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
