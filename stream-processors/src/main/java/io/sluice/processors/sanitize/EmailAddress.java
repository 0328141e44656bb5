package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Whether what has the form of an e-mail address is one: not a package or picture with its version
 * ({@code logo@2x.png}), an algorithm ({@code aes256-gcm@openssh.com}), a repository ({@code
 * git@github.com}), or a login on a machine of one's own ({@code root@db.internal}).
 */
final class EmailAddress {

  private static final Set<String> NO_MAIL =
      Set.of(
          // names of machines
          "local",
          "localdomain",
          "internal",
          "intranet",
          "lan",
          "localhost",
          "cluster",
          "svc",
          "home",
          "corp",
          "consul",
          // names of files
          "png",
          "jpg",
          "jpeg",
          "gif",
          "svg",
          "webp",
          "ico",
          "js",
          "mjs",
          "ts",
          "tsx",
          "jsx",
          "css",
          "scss",
          "map",
          "json",
          "xml",
          "yaml",
          "yml",
          "html",
          "htm",
          "java",
          "class",
          "jar",
          "rb",
          "go",
          "cpp",
          "hpp",
          "log",
          "txt",
          "tgz",
          "gz",
          "service",
          "socket",
          "mount",
          "timer",
          "target",
          "slice",
          "conf",
          "cfg",
          "sql",
          "lock",
          "exe",
          "dll");

  /** Of files, and of countries and registries too: no mail behind nothing but a version. */
  private static final Set<String> FILES_AND_DOMAINS = Set.of("py", "rs", "zip");

  /** Of repositories, and of nodes that are named like addresses. */
  private static final Set<String> NO_USERS = Set.of("git", "rabbit", "celery", "ejabberd");

  private static final Set<String> ALGORITHMS =
      Set.of("openssh.com", "libssh.org", "lysator.liu.se");

  private EmailAddress() {}

  static boolean isValid(byte[] buf, int start, int end) {
    String address =
        new String(buf, start, end - start, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    int at = address.lastIndexOf('@');
    if (at < 1) {
      return false;
    }
    String user = address.substring(0, at);
    String domain = address.substring(at + 1);
    String top = domain.substring(domain.lastIndexOf('.') + 1);
    boolean dots = user.startsWith(".") || user.endsWith(".") || address.contains("..");
    return !dots
        && !NO_USERS.contains(user)
        && !NO_MAIL.contains(top)
        && !(FILES_AND_DOMAINS.contains(top) && isVersion(domain))
        && !(ALGORITHMS.contains(domain) && user.contains("-"));
  }

  /** Of {@code 1.2.zip}: only digits before the last dot. */
  private static boolean isVersion(String domain) {
    return domain
        .substring(0, domain.lastIndexOf('.'))
        .chars()
        .allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
