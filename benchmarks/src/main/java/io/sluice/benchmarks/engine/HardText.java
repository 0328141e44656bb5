package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.schemas.definitions.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/** Texts made to be slow for whoever looks for secrets, each one text without an end of line. */
enum HardText {
  /** Lines of a log behind each other. */
  ONE_LINE {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      byte[] lines = LogText.lines(random.nextLong(), size, 0.1).bytes();
      for (int i = 0; i < lines.length; i++) {
        lines[i] = lines[i] == '\n' ? (byte) ' ' : lines[i];
      }
      return lines;
    }
  },
  /** The words of all rules, one every eight bytes. */
  WORDS_EVERY_8_BYTES {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      String words =
          EngineProbe.words(rules).stream()
              .map(word -> word.length() > 7 ? word.substring(word.length() - 7) : word)
              .map(word -> word + "xA1-z9_ ".substring(word.length()))
              .collect(Collectors.joining());
      return repeated(words, size);
    }
  },
  NO_SEPARATORS {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      byte[] text = new byte[size];
      for (int i = 0; i < size; i++) {
        int character = random.nextInt(62);
        text[i] =
            (byte)
                (character < 10
                    ? '0' + character
                    : character < 36 ? 'a' + character - 10 : 'A' + character - 36);
      }
      return text;
    }
  },
  BASE64 {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      return Base64.getEncoder().encode(bytes);
    }
  },
  UNICODE {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("пароль неверный 暗証番号が違います 🔑 contraseña señal ", size);
    }
  },
  /** What is no text at all. */
  BYTES {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      return bytes;
    }
  },
  PASSWORD_PASSWORD {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("password ", size);
    }
  },
  NAMES_WITHOUT_VALUES {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("token: secret= api_key\" : auth_token=> ", size);
    }
  },
  OPEN_QUOTES {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("password\\\\\\\":\\\\\\\"", size);
    }
  },
  DIGITS {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("4111111111111112", size);
    }
  },
  GROUPS_OF_DIGITS {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("4111 1111 1111 1112 ", size);
    }
  },
  /** Strings that make backtracking explode for expressions of tokens, mail and keys. */
  BACKTRACKING {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated(
          "eyJ"
              + "a.".repeat(60)
              + "a@".repeat(60)
              + "-----BEGIN PRIVATE KEY-----"
              + "A".repeat(90),
          size);
    }
  },
  BEGINNINGS_OF_TOKENS {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("ghp_eyJxoxb-sk-AKIASG.glpat-hvs.AIzaya29.", size);
    }
  },
  URLS_WITHOUT_END {
    @Override
    byte[] make(int size, RedactionRules rules, Random random) {
      return repeated("a://b:c,", size);
    }
  };

  abstract byte[] make(int size, RedactionRules rules, Random random);

  /** So many bytes of it. */
  byte[] make(int size, RedactionRules rules) {
    return Arrays.copyOf(make(size, rules, new Random(1)), size);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static byte[] repeated(String piece, int size) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = bytes[i % bytes.length];
    }
    return text;
  }
}
