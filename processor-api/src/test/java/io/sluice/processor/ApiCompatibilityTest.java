package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * What processors were compiled against stays. The signatures of the API are kept in {@code
 * src/api/VERSION.txt}; one that is gone, or a method that an interface newly asks for, fails the
 * build until {@link ApiVersion#CURRENT} is another version. What is added needs nothing; {@code
 * -Dapi.write=true} writes it down, at a release or for a new version.
 */
class ApiCompatibilityTest {

  private static final List<String> PACKAGES =
      List.of(
          "io.sluice.processor",
          "io.sluice.schemas",
          "io.sluice.schemas.otlp",
          "io.sluice.schemas.settings");

  private static final Path BASELINE = Path.of("src", "api", ApiVersion.CURRENT + ".txt");

  @Test
  void nothingThatPluginsUseIsGone() throws IOException, ClassNotFoundException {
    Set<String> now = signatures();
    if (Boolean.getBoolean("api.write")) {
      Files.createDirectories(BASELINE.getParent());
      Files.write(BASELINE, now);
    }
    assertThat(BASELINE)
        .as("the API of version %s; write it with -Dapi.write=true", ApiVersion.CURRENT)
        .exists();
    Set<String> before = new TreeSet<>(Files.readAllLines(BASELINE));
    assertThat(before).hasSizeGreaterThan(100);

    Set<String> gone = gone(before, now);
    assertThat(gone)
        .as(
            "signatures of API %s that are gone: keep them, or raise ApiVersion.CURRENT and write"
                + " its file with -Dapi.write=true",
            ApiVersion.CURRENT)
        .isEmpty();

    Set<String> asked = asked(before, now);
    assertThat(asked)
        .as("methods that implementations of API %s lack: give them a default", ApiVersion.CURRENT)
        .isEmpty();
  }

  @Test
  void versionsFitByTheirFirstNumberThatIsNotZero() {
    assertThat(ApiVersion.fits(ApiVersion.CURRENT + ".9")).isTrue();
    assertThat(ApiVersion.fits("0.2")).isFalse();
    assertThat(ApiVersion.fits("1.0")).isFalse();
  }

  @Test
  void seesWhatACompiledPluginWouldMiss() {
    Set<String> before = linesOf(Before.class);
    Set<String> now = linesOf(After.class);

    assertThat(gone(before, now))
        .containsExactly(
            "Api allows new",
            "Api has int size()",
            "Api has protected int count",
            "Api has static java.lang.String named()",
            "Api has void less()",
            "Api is java.lang.Thread",
            "Api$Open allows subclasses",
            "Api$Port is an interface");
    assertThat(asked(before, now)).containsExactly("Api asks void more()");
    assertThat(gone(before, before)).isEmpty();
  }

  /** A type of the API, in one version and in the next. */
  @SuppressWarnings("unused")
  public static class Before extends Thread {
    protected int count;

    public int size() {
      return count;
    }

    public static String named() {
      return "";
    }

    public void less() {}

    protected void wider() {}

    public interface Port {}

    public static class Open {}
  }

  /** See {@link Before}. */
  @SuppressWarnings("unused")
  public abstract static class After {

    public long size() {
      return 0;
    }

    protected void less() {}

    public void wider() {}

    public abstract void more();

    public String named() {
      return "";
    }

    public static class Port {}

    public static final class Open {}
  }

  private static Set<String> linesOf(Class<?> api) {
    Set<String> lines = new TreeSet<>();
    describe(api, lines);
    for (Class<?> inner : api.getDeclaredClasses()) {
      describe(inner, lines);
    }
    return lines.stream()
        .map(line -> line.replace(api.getName(), "Api"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> gone(Set<String> before, Set<String> now) {
    Set<String> gone = new TreeSet<>(before);
    gone.removeIf(
        line -> now.contains(line) || now.contains(line.replace(" has protected ", " has ")));
    return gone;
  }

  private static Set<String> asked(Set<String> before, Set<String> now) {
    Set<String> asked = new TreeSet<>(now);
    asked.removeAll(before);
    asked.removeIf(line -> !line.contains(" asks ") || !before.contains(typeOf(line)));
    return asked;
  }

  private static String typeOf(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private static Set<String> signatures() throws ClassNotFoundException {
    Set<String> lines = new TreeSet<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages(PACKAGES)) {
      if (PACKAGES.contains(each.getPackageName())) {
        Class<?> type = Class.forName(each.getName(), false, ApiVersion.class.getClassLoader());
        if (isSeen(type)) {
          describe(type, lines);
        }
      }
    }
    return lines;
  }

  private static boolean isSeen(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  private static void describe(Class<?> type, Set<String> lines) {
    lines.add(type.getName());
    if (type.isInterface()) {
      lines.add(type.getName() + " is an interface");
    } else {
      if (!Modifier.isFinal(type.getModifiers())) {
        lines.add(type.getName() + " allows subclasses");
      }
      if (!Modifier.isAbstract(type.getModifiers())) {
        lines.add(type.getName() + " allows new");
      }
      if (type.getSuperclass() != Object.class) {
        lines.add(type.getName() + " is " + type.getSuperclass().getName());
      }
    }
    for (Class<?> parent : type.getInterfaces()) {
      lines.add(type.getName() + " is " + parent.getName());
    }
    for (Field field : type.getDeclaredFields()) {
      add(type, field, field.getType().getTypeName() + " " + field.getName(), lines);
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (SpecificRecord.class.isAssignableFrom(type) && constructor.getParameterCount() > 0) {
        continue; // every field added to a schema changes it: processors use the builder
      }
      add(type, constructor, "new" + parameters(constructor), lines);
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!method.isSynthetic()) {
        String text =
            method.getReturnType().getTypeName() + " " + method.getName() + parameters(method);
        add(type, method, text, lines);
      }
    }
  }

  private static void add(Class<?> type, Member member, String text, Set<String> lines) {
    int modifiers = member.getModifiers();
    if ((modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
      String verb = Modifier.isAbstract(modifiers) ? " asks " : " has ";
      String seen = Modifier.isProtected(modifiers) ? "protected " : "";
      String kind = Modifier.isStatic(modifiers) ? "static " : "";
      lines.add(type.getName() + verb + seen + kind + text);
    }
  }

  private static String parameters(Executable executable) {
    return Arrays.stream(executable.getParameterTypes())
        .map(Class::getTypeName)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
