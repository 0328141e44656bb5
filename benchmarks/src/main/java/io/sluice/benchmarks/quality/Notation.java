package io.sluice.benchmarks.quality;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A way to write a name and its value: a template in which {@code $N} is the name, {@code $V} the
 * value, {@code $S} a service, {@code $U} a user, {@code $H} a host and {@code $E} what happened.
 *
 * @param values which values can be written so
 * @param corpus where it counts
 */
record Notation(String label, String template, Values values, String corpus) {

  enum Values {
    /** Letters, digits and what no notation gives a meaning. */
    BARE,
    /** As a URL has them. */
    ENCODED,
    /** Between quotes: blanks and punctuation too. */
    QUOTED
  }

  static final String NAMED = "name = value";

  /** No sign between name and value, or not next to each other, or one inside the other's code. */
  private static final String LOOSE = "name and value apart";

  private Notation apart() {
    return new Notation(label, template, values, LOOSE);
  }

  private static Notation bare(String label, String template) {
    return new Notation(label, template, Values.BARE, NAMED);
  }

  private static Notation encoded(String label, String template) {
    return new Notation(label, template, Values.ENCODED, NAMED);
  }

  private static Notation quoted(String label, String template) {
    return new Notation(label, template, Values.QUOTED, NAMED);
  }

  static final List<Notation> SHOWN =
      List.of(
          quoted("kubernetes env json", "{\"name\":\"$N\",\"value\":\"$V\"}").apart(),
          bare("tab", "$N\t$V").apart(),
          bare("prose is", "$E: $N is $V").apart(),
          encoded("encoded query", "next=https%3A%2F%2F$H%2Fcb%3F$N%3D$V%26a%3D1").apart(),
          bare("env", "$N=$V"),
          bare("env export", "$E: export $N=$V"),
          quoted("env quoted", "$N=\"$V\""),
          quoted("json", "{\"user\":\"$U\",\"$N\":\"$V\",\"attempt\":3}"),
          quoted("json spaced", "$E {\"service\": \"$S\", \"$N\": \"$V\", \"ok\": false}"),
          quoted("json in json", "{\"msg\":\"got {\\\"$N\\\":\\\"$V\\\",\\\"n\\\":1}\"}"),
          bare("yaml", "$S:\n  host: $H\n  $N: $V\n  port: 5432"),
          quoted("yaml quoted", "  $N: '$V'"),
          bare("logfmt", "level=info svc=$S $N=$V msg=\"$E\""),
          quoted("logfmt quoted", "level=warn $N=\"$V\" user=$U"),
          bare("properties", "$S.client.$N=$V"),
          bare("properties spaced", "$S.$N = $V"),
          encoded("url query", "GET https://$H/callback?state=17&$N=$V&scope=read 302"),
          bare("http header", "> POST /orders HTTP/1.1\n> Host: $H\n> $N: $V\n> Accept: */*"),
          quoted("sql set", "UPDATE users SET $N = '$V' WHERE name = '$U'"),
          bare("cli option", "exec: $S --host $H --$N $V --verbose"),
          bare("cli option =", "exec: $S --$N=$V -v"),
          bare(
              "exception",
              "java.lang.IllegalStateException: $E ($N=$V)\n\tat io.shop.Main.run(Main.java:17)"),
          bare("java record", "Config[host=$H, $N=$V, port=5432]"),
          quoted("java toString", "Config{user='$U', $N='$V'}"),
          quoted("python dict", "{'user': '$U', '$N': '$V', 'n': 1}"),
          quoted("python call", "connect(host='$H', $N='$V', timeout=3)"),
          quoted("php array", "array('$N' => '$V')"),
          quoted("ruby hash", "{:host=>\"$H\", :$N=>\"$V\"}"),
          bare("go struct", "$E: {Host:$H $N:$V Port:5432}"),
          encoded("form body", "user=ann&$N=$V&remember=1"),
          quoted("xml element", "<user>ann</user><$N>$V</$N>"),
          quoted("xml attribute", "<datasource user=\"$U\" $N=\"$V\" />"),
          bare("connection string", "Server=$H;User Id=sa;$N=$V;Encrypt=true"),
          bare("colon in text", "$E for $U, $N: $V"));

  static final List<Notation> HELD_OUT =
      List.of(
          bare("dockerfile", "ENV $N $V").apart(),
          bare("kubernetes env", "env:\n- name: $N\n  value: $V").apart(),
          bare("scala map", "Map(user -> $U, $N -> $V)").apart(),
          bare("table", "| $N | $V |").apart(),
          quoted("prose quoted", "$E: the $N is \"$V\", change it").apart(),
          encoded("encoded json", "body=%7B%22$N%22%3A%22$V%22%7D").apart(),
          quoted("multipart", "Content-Disposition: form-data; name=\"$N\"\r\n\r\n$V\r\n--b17")
              .apart(),
          quoted("html input", "<input type=\"hidden\" name=\"$N\" value=\"$V\">").apart(),
          bare("env list", "PATH=/usr/bin $N=$V HOME=/root"),
          quoted("hcl", "  $N   = \"$V\""),
          quoted("toml", "[auth]\n$N = \"$V\"\nretries = 3"),
          bare("ini", "[$S]\n$N=$V\n; end"),
          quoted("json pretty", "{\n  \"name\": \"$S\",\n  \"$N\": \"$V\"\n}"),
          quoted("json last", "{\"a\":[1,2],\"$N\":\"$V\"}"),
          quoted("javascript", "const cfg = { host: '$H', $N: \"$V\" };"),
          quoted("javascript env", "process.env.$N = '$V';"),
          quoted("go %+v", "&{Addr:\"$H\", $N:\"$V\"}"),
          quoted("rust debug", "Settings { host: \"$H\", $N: \"$V\" }"),
          encoded("jdbc", "jdbc:mysql://$H/shop?user=root&$N=$V"),
          encoded("url fragment", "redirect to https://$H/#$N=$V&expires=9"),
          quoted("curl header", "curl -s -H \"$N: $V\" https://$H/"),
          bare("http2 header list", "[:method: POST, $N: $V, accept: */*]"),
          quoted("windows set", "set \"$N=$V\""),
          quoted("powershell", "$env:$N = \"$V\""),
          quoted("bracketed", "params[$N]=\"$V\""),
          bare("walrus", "$N := $V"));

  static String fit(Notation notation, String value) {
    return notation.values() == Values.ENCODED
        ? URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")
        : value;
  }

  /** Writes it, the value as a secret. */
  Sample sample(Split split, Dice dice, String name, String value) {
    String filled =
        template
            .replace("$env", "\0env")
            .replace("$S", dice.one(split.services()))
            .replace("$U", dice.one(split.users()))
            .replace("$H", dice.one(split.hosts()))
            .replace("$E", dice.one(split.events()))
            .replace("$N", name)
            .replace("\0env", "$env");
    int at = filled.indexOf("$V");
    return new Sample.Writer()
        .clear(filled.substring(0, at))
        .secret("generic", fit(this, value))
        .clear(filled.substring(at + 2))
        .in(corpus, label.toLowerCase(Locale.ROOT));
  }
}
