package io.sluice.benchmarks.quality;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Credentials in headers, addresses, statements and files that have a syntax of their own. */
final class HttpAndUrls {

  private static final String CORPUS = "credentials";
  private static final int EACH = 25;

  private record Form(String type, String label, String template, Function<Dice, String> make) {}

  private static final List<Form> SHOWN =
      List.of(
          new Form("bearer", "header", "Authorization: Bearer @", d -> d.text(Dice.BASE64_URL, 40)),
          new Form("bearer", "in text", "401 for bearer @ from 10.0.0.1", d -> d.hex(32)),
          new Form("bearer", "json", "{\"authorization\":\"Bearer @\"}", d -> d.alphanumeric(30)),
          new Form("basic", "header", "Authorization: Basic @", HttpAndUrls::basic),
          new Form("basic", "curl", "curl -H 'authorization: Basic @' /orders", HttpAndUrls::basic),
          new Form("cookie", "header", "Cookie: ‹sid=›@‹; theme=dark›", d -> d.hex(32)),
          new Form(
              "cookie",
              "set",
              "Set-Cookie: ‹SESSION=›@‹; Path=/; HttpOnly›",
              d -> d.text(Dice.BASE64_URL, 48)),
          new Form(
              "connection",
              "postgresql",
              "connect postgresql://‹shop:›@@db.internal:5432/orders",
              HttpAndUrls::password),
          new Form(
              "connection",
              "mongodb",
              "mongodb+srv://‹app-rw:›@@c0.example.net/?retryWrites=true",
              HttpAndUrls::password),
          new Form(
              "connection",
              "redis",
              "redis://‹:›@@cache-2:6379/0 refused",
              d -> d.alphanumeric(16)),
          new Form("connection", "amqp", "amqp://‹guest:›@@mq:5672/%2f", HttpAndUrls::password),
          new Form(
              "connection",
              "jdbc",
              "jdbc:postgresql://db/x?user=app&password=@&ssl=true",
              d -> d.alphanumeric(14)),
          new Form(
              "connection",
              "ado.net",
              "Server=tcp:db,1433;Uid=sa;Pwd=@;Encrypt=yes",
              d -> d.alphanumeric(14)),
          new Form(
              "connection",
              "azure storage",
              "AccountName=shop;AccountKey=@;EndpointSuffix=core.windows.net",
              d -> d.text(Dice.BASE64, 86) + "=="),
          new Form(
              "pem",
              "multi-line",
              "-----BEGIN RSA PRIVATE KEY-----‹\n›@‹\n›-----END RSA PRIVATE KEY-----",
              d -> lines(d, "\n")),
          new Form(
              "pem",
              "one line",
              "key -----BEGIN PRIVATE KEY-----@-----END PRIVATE KEY-----",
              d -> d.text(Dice.BASE64, 200)),
          new Form(
              "pem",
              "json",
              "{\"pem\":\"-----BEGIN PRIVATE KEY-----‹\\n›@‹\\n›-----END PRIVATE KEY-----\\n\"}",
              d -> lines(d, "\\n")),
          new Form(
              "pem",
              "openssh",
              "-----BEGIN OPENSSH PRIVATE KEY-----‹\n›@‹\n›-----END OPENSSH PRIVATE KEY-----",
              d -> lines(d, "\n")));

  private static final List<Form> HELD_OUT =
      List.of(
          new Form(
              "bearer",
              "grpc metadata",
              "metadata: {authorization=[Bearer @]}",
              d -> d.alphanumeric(36)),
          new Form(
              "bearer",
              "go header map",
              "map[Authorization:[Bearer @] Accept:[*/*]]",
              d -> d.alphanumeric(36)),
          new Form("bearer", "other scheme", "Authorization: Token @", d -> d.hex(40)),
          new Form("bearer", "no scheme", "authorization: @", d -> d.alphanumeric(40)),
          new Form("basic", "proxy", "Proxy-Authorization: Basic @", HttpAndUrls::basic),
          new Form("basic", "python headers", "{'Authorization': 'Basic @'}", HttpAndUrls::basic),
          new Form(
              "basic", "curl -u", "curl -u admin:@ https://api.example/", d -> d.alphanumeric(12)),
          new Form(
              "cookie",
              "python headers",
              "headers={'Cookie': '‹JSESSIONID=›@', 'Accept': '*/*'}",
              d -> d.text(Dice.HEX, 32)),
          new Form(
              "cookie",
              "logfmt",
              "method=GET cookie=\"‹_gh_sess=›@\" status=200",
              d -> d.alphanumeric(40)),
          new Form(
              "connection",
              "go mysql dsn",
              "dial ‹app:›@@tcp(db:3306)/shop?parseTime=true",
              HttpAndUrls::password),
          new Form(
              "connection",
              "key value dsn",
              "host=db user=app password=@ dbname=shop",
              d -> d.alphanumeric(12)),
          new Form(
              "connection", "oracle", "sqlplus ‹scott/›@@//db:1521/ORCL", d -> d.alphanumeric(10)),
          new Form(
              "connection",
              "jaas",
              "PlainLoginModule required username=\"k\" password=\"@\";",
              d -> d.alphanumeric(20)),
          new Form(
              "connection",
              "service bus",
              "Endpoint=sb://x.example/;SharedAccessKeyName=Root;SharedAccessKey=@",
              d -> d.text(Dice.BASE64, 43) + "="),
          new Form(
              "connection",
              "ftp",
              "open ftp://‹u:›@@files.example/in/a.csv",
              HttpAndUrls::password),
          new Form(
              "connection",
              "percent-encoded",
              "url=postgres%3A%2F%2F‹app%3A›@%40db%2Fx",
              d -> d.alphanumeric(12)),
          new Form(
              "statement",
              "create user",
              "CREATE USER app WITH PASSWORD '@'",
              d -> d.alphanumeric(12)),
          new Form(
              "statement",
              "identified by",
              "ALTER USER 'app'@'%' IDENTIFIED BY '@'",
              d -> d.alphanumeric(12)),
          new Form(
              "statement",
              "redis auth",
              "1700000000.1 [0 10.0.0.1:5] \"AUTH\" \"@\"",
              d -> d.alphanumeric(12)),
          new Form("file", "pgpass", "db.internal:5432:shop:app:@", d -> d.alphanumeric(14)),
          new Form(
              "file", "netrc", "machine api.example login ann password @", d -> d.alphanumeric(14)),
          new Form("file", "npmrc", "//registry.example/:_authToken=@", d -> d.uuid()),
          new Form(
              "file",
              "docker config",
              "{\"auths\":{\"r.example\":{\"auth\":\"@\"}}}",
              HttpAndUrls::basic),
          new Form("pem", "truncated", "-----BEGIN EC PRIVATE KEY-----\n@", d -> lines(d, "\n")),
          new Form(
              "pem",
              "encrypted",
              "-----BEGIN ENCRYPTED PRIVATE KEY-----‹\r\n›@‹\r\n›-----END ENCRYPTED PRIVATE KEY-----",
              d -> lines(d, "\r\n")),
          new Form(
              "url secret",
              "azure sas",
              "https://x.blob.example/c/f?sv=2022-11-02&se=2030&sig=@",
              d -> d.alphanumeric(43) + "%3D"),
          new Form(
              "url secret",
              "aws presigned",
              "https://b.s3.example/k?X-Amz-Expires=60&X-Amz-Signature=@",
              d -> d.hex(64)));

  private HttpAndUrls() {}

  static List<Sample> samples(Split split) {
    Dice dice = split.dice(CORPUS);
    List<Sample> samples = new ArrayList<>();
    for (Form form : split.of(SHOWN, HELD_OUT)) {
      for (int i = 0; i < EACH; i++) {
        samples.add(
            write(form, form.make().apply(dice)).in(CORPUS, form.type() + " " + form.label()));
      }
    }
    return samples;
  }

  private static Sample.Writer write(Form form, String value) {
    // The user's name in 'user'@'%' is no place for a secret.
    String host = "'app'@'%'";
    if (!form.template().contains(host)) {
      return new Sample.Writer().template(form.template(), form.type(), value);
    }
    int behind = form.template().indexOf(host) + host.length();
    return new Sample.Writer()
        .clear(form.template().substring(0, behind))
        .template(form.template().substring(behind), form.type(), value);
  }

  private static String password(Dice dice) {
    return dice.alphanumeric(dice.between(8, 20));
  }

  private static String basic(Dice dice) {
    byte[] pair = ("app-rw:" + password(dice)).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  private static String lines(Dice dice, String end) {
    String line = "MII" + dice.text(Dice.BASE64, 61);
    return line + end + dice.text(Dice.BASE64, 64) + end + dice.text(Dice.BASE64, 38) + "==";
  }
}
