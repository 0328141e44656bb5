package io.sluice.processors.sanitize;

/** A library for regular expressions, as far as it takes to run rules one after the other. */
public enum RegexLibrary {
  JAVA_UTIL_REGEX {
    @Override
    Expression compile(String pattern) {
      // Only \n ends a line, as in RE2.
      var matcher =
          java.util.regex.Pattern.compile(pattern, java.util.regex.Pattern.UNIX_LINES).matcher("");
      return new Expression() {
        @Override
        public void on(String text) {
          matcher.reset(text);
        }

        @Override
        public boolean find() {
          return matcher.find();
        }

        @Override
        public boolean find(int from) {
          return matcher.find(from);
        }

        @Override
        public int start(int group) {
          return matcher.start(group);
        }

        @Override
        public int end(int group) {
          return matcher.end(group);
        }

        @Override
        public int groups() {
          return matcher.groupCount();
        }
      };
    }
  },
  GOOGLE_RE2J {
    @Override
    Expression compile(String pattern) {
      var matcher = com.google.re2j.Pattern.compile(pattern).matcher("");
      return new Expression() {
        @Override
        public void on(String text) {
          matcher.reset(text);
        }

        @Override
        public boolean find() {
          return matcher.find();
        }

        @Override
        public boolean find(int from) {
          return matcher.find(from);
        }

        @Override
        public int start(int group) {
          return matcher.start(group);
        }

        @Override
        public int end(int group) {
          return matcher.end(group);
        }

        @Override
        public int groups() {
          return matcher.groupCount();
        }
      };
    }
  };

  abstract Expression compile(String pattern);

  /** One expression on one text after the other. */
  interface Expression {

    void on(String text);

    boolean find();

    boolean find(int from);

    int start(int group);

    int end(int group);

    int groups();
  }
}
