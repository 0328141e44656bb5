package io.sluice.console;

import com.linecorp.armeria.common.FlagsProvider;

/**
 * Lets names that others chose into addresses. Else the server would cut a path at a semicolon,
 * percent-encoded or not, and refuse a query with a name of two dots, in which it suspects the path
 * of a file: nothing here makes one of it.
 */
public final class NamesAsTheyAre implements FlagsProvider {

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Boolean allowSemicolonInPathComponent() {
    return true;
  }

  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }
}
