package io.sluice.processors.sanitize;

import java.util.Arrays;
import java.util.List;

/**
 * Elements of XML that hold the value of a name: {@code <name>value</name>}, with a prefix and
 * attributes too, and those in which the name is content or attribute of another element.
 */
final class XmlElement {

  static final int NONE = -1;

  private static final int MAX_PREFIX = 64;
  private static final int MAX_ATTRIBUTES = 512;
  private static final int MAX_CONTENT = 512;
  private static final String CDATA = "<![cdata[";
  private static final String CDATA_END = "]]>";
  private static final List<String> VALUES = List.of("value", "string");
  private static final List<String> NAMING = List.of("name=", "key=");

  private XmlElement() {}

  /** Where the content of the element with this name begins; {@link #NONE} when none opens here. */
  static int content(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    int tag = nameStart;
    if (nameStart - 1 > from && buf[nameStart - 1] == ':') {
      int limit = Math.max(from, nameStart - 1 - MAX_PREFIX);
      tag = AssignmentDetector.startOfWord(buf, limit, nameStart - 1);
    }
    boolean opens = tag > from && buf[tag - 1] == '<';
    int content = opens ? afterTag(buf, nameEnd, to) : NONE;
    // A prefix without attributes is also a way to write what is to be filled in: <user:password>.
    boolean sure = content == NONE || tag == nameStart || content > nameEnd + 1;
    return sure || isClosed(buf, tag, nameEnd, content, to) ? content : NONE;
  }

  /**
   * Where the value begins that belongs to a name which another element holds: {@code
   * <name>password</name><value>…}, {@code <property name="password"><value>…}, {@code <entry
   * key="password">…}; {@link #NONE} when there is none.
   */
  static int contentBeside(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    if (nameStart == from) {
      return NONE;
    }
    if (buf[nameStart - 1] == '>') {
      int after = closes(buf, nameEnd, to) ? nameEnd + 2 : to;
      int limit = Math.min(to, after + MAX_PREFIX);
      while (after < limit && buf[after] != '>') {
        after++;
      }
      return after < limit ? contentOfValue(buf, after + 1, to) : NONE;
    }
    int tagEnd = AssignmentSeparator.afterQuote(buf, nameEnd, to);
    if (!Ascii.isQuote(buf[nameStart - 1])
        || tagEnd == nameEnd
        || tagEnd == to
        || buf[tagEnd] != '>'
        || !isNaming(buf, from, nameStart - 1)) {
      return NONE;
    }
    int inside = contentOfValue(buf, tagEnd + 1, to);
    return inside == NONE && isTextUpToEnd(buf, tagEnd + 1, to) ? tagEnd + 1 : inside;
  }

  /** Where a CDATA section's text begins that opens here, or here. */
  static int insideCdata(byte[] buf, int at, int to) {
    return Ascii.hasWordAt(buf, at, to, CDATA) ? at + CDATA.length() : at;
  }

  /** The end of the content that begins here. */
  static int endOfContent(byte[] buf, int start, int to, boolean cdata) {
    int end = start;
    while (end < to && !(cdata ? Ascii.hasWordAt(buf, end, to, CDATA_END) : buf[end] == '<')) {
      end++;
    }
    return end;
  }

  /** Behind the {@code >} of a tag whose name ends here, and which may have attributes. */
  private static int afterTag(byte[] buf, int nameEnd, int to) {
    int limit = Math.min(to, nameEnd + MAX_ATTRIBUTES);
    boolean attributes = false;
    byte quote = 0;
    for (int i = nameEnd; i < limit; i++) {
      byte b = buf[i];
      if (quote != 0) {
        quote = b == quote ? 0 : quote;
      } else if (b == '"' || b == '\'') {
        quote = b;
      } else if (b == '>') {
        boolean empty = buf[i - 1] == '/';
        return (i == nameEnd || attributes) && !empty ? i + 1 : NONE;
      } else if (b == '<' || (i == nameEnd && !Ascii.isSpaceOrControl(b))) {
        return NONE;
      }
      attributes |= b == '=';
    }
    return NONE;
  }

  /** Whether the tag that closes the element follows its text, or the text is cut off before. */
  private static boolean isClosed(byte[] buf, int tag, int nameEnd, int content, int to) {
    int limit = (int) Math.min(to, (long) content + MAX_CONTENT);
    int end = content;
    while (end < limit && buf[end] != '<') {
      end++;
    }
    if (end == to) {
      return content < to && Ascii.isAlphanumeric(buf[content]);
    }
    if (end == content && insideCdata(buf, content, to) > content) {
      return true;
    }
    int name = end + 1 < to && buf[end + 1] == '\\' ? end + 3 : end + 2;
    int length = nameEnd - tag;
    return closes(buf, end, to)
        && name + length < to
        && Arrays.equals(buf, tag, nameEnd, buf, name, name + length);
  }

  private static int contentOfValue(byte[] buf, int at, int to) {
    int tag = ValueEnd.skipSpace(buf, at, to) + 1;
    if (tag > to || buf[tag - 1] != '<') {
      return NONE;
    }
    for (String value : VALUES) {
      if (Ascii.hasWordAt(buf, tag, to, value)) {
        return afterTag(buf, tag + value.length(), to);
      }
    }
    return NONE;
  }

  /** Whether text follows that ends with a closing tag. */
  private static boolean isTextUpToEnd(byte[] buf, int start, int to) {
    int limit = (int) Math.min(to, (long) start + MAX_CONTENT);
    int cdata = insideCdata(buf, start, to);
    int end = endOfContent(buf, cdata, limit, cdata > start);
    return cdata > start || (end > start && closes(buf, end, to));
  }

  /** Whether a closing tag begins here; in JSON its slash may be escaped. */
  private static boolean closes(byte[] buf, int at, int to) {
    return Ascii.hasWordAt(buf, at, to, "</") || Ascii.hasWordAt(buf, at, to, "<\\/");
  }

  private static boolean isNaming(byte[] buf, int from, int openingQuote) {
    int quote = openingQuote;
    while (quote > from && buf[quote - 1] == '\\') {
      quote--;
    }
    for (String naming : NAMING) {
      int at = quote - naming.length();
      if (at > from && Ascii.isBlank(buf[at - 1]) && Ascii.hasWordAt(buf, at, quote, naming)) {
        return true;
      }
    }
    return false;
  }
}
