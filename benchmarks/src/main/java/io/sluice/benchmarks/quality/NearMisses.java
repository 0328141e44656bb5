package io.sluice.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;

/** Lines that speak of credentials and hold none. */
final class NearMisses {

  private static final int EACH = 20;

  private static final List<String> SHOWN =
      List.of(
          "password changed for $U",
          "the password must have 12 characters",
          "password=",
          "password: null",
          "password=****",
          "password=${DB_PASSWORD}",
          "token_type=Bearer expires_in=3600",
          "pwd=/home/ann/app",
          "PWD=/srv/app",
          "next_page_token=CAoQAA",
          "max_tokens: 4096",
          "tokens=512 input_tokens=17",
          "secret_name=prod/db",
          "secretName: db-credentials",
          "password_policy=strong",
          "passwordEncoder=bcrypt",
          "api_key_id=17",
          "author=ann",
          "primary_key=id",
          "cache_key=orders:77",
          "Failed password for root from 10.0.0.1 port 22",
          "invalid token: unexpected end of input",
          "has_password=true",
          "token expired at 2025-11-24T10:00:00Z",
          "login with wrong password: user ann",
          "basic authentication is off",
          "private_key_path=/etc/ssl/k.pem",
          "GET /reset-password?step=2 200",
          "using token bucket=ingest rate=100",
          "the secret is out: sale on Friday");

  private static final List<String> HELD_OUT =
      List.of(
          "password: <redacted>",
          "password={{ vault_db_password }}",
          "--password-file /run/secrets/db",
          "secretKeyRef: name=db key=pw",
          "Unexpected token: '}' at line 3",
          "SyntaxError: Unexpected token < in JSON at position 0",
          "syntax error near token: IF",
          "auth_method=token",
          "password attempts: 3",
          "passwords: 12 reset",
          "access_key_rotation=90d",
          "token_ttl: 3600",
          "token.expiry=2025-12-01",
          "password_length=12",
          "keyboard=qwerty",
          "secretary=Jane",
          "compass=north passes=3",
          "apiKeyEnabled=true",
          "password: string (required)",
          "String password; // set by Spring",
          "if (password == null) throw",
          "token := lexer.Next()",
          "password = getpass.getpass()",
          "user.password = params[:password]",
          "credentials: include",
          "session_token missing",
          "root:x:0:0:root:/root:/bin/bash",
          "token=%s",
          "Passwort geändert für $U",
          "bearer authentication required");

  private NearMisses() {}

  /** As often as there are secrets with names, so that precision says something. */
  static List<Sample> samples(Split split) {
    Dice dice = split.dice("near");
    List<Sample> samples = new ArrayList<>();
    for (String line : split.of(SHOWN, HELD_OUT)) {
      for (int i = 0; i < EACH; i++) {
        String before = i % 2 == 0 ? "" : dice.one(split.events()) + ": ";
        String after =
            i % 4 < 2 || line.endsWith("=") ? "" : " (" + dice.one(split.services()) + ")";
        String text = before + line.replace("$U", dice.one(split.users())) + after;
        samples.add(new Sample.Writer().clear(text).in(Notation.NAMED, "no secret: " + line));
      }
    }
    return samples;
  }
}
