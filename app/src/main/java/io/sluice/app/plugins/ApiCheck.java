package io.sluice.app.plugins;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a plugin fits the API of this process: everything of the API that its classes use is
 * there, and everything that the API asks of them they have. Found before one of its lines runs,
 * where the JVM would find it at the first call. A plugin declares nothing for it.
 */
final class ApiCheck {

  private final ClassLoader plugin;
  private final Set<ClassFile.Member> seen = new HashSet<>();

  ApiCheck(ClassLoader plugin) {
    this.plugin = plugin;
  }

  /** What does not fit, for people; empty when everything does. */
  Optional<String> defect(Collection<ClassFile> classes) {
    Set<String> own = new HashSet<>();
    classes.forEach(each -> own.add(each.name()));
    for (ClassFile each : classes) {
      for (ClassFile.Member use : each.uses()) {
        if (seen.add(use)) {
          Optional<String> missing = missing(use, own);
          if (missing.isPresent()) {
            return missing.map(what -> "its class " + each.name() + " uses " + what);
          }
        }
      }
    }
    return classes.stream().flatMap(each -> unanswered(each).stream()).findFirst();
  }

  private Optional<String> missing(ClassFile.Member use, Set<String> own) {
    String owner = use.owner();
    if (!Api.shows(owner)) {
      return owner.startsWith("io.sluice.") && !own.contains(owner)
          ? Optional.of(owner + ", which is not part of the API")
          : Optional.empty();
    }
    try {
      Class<?> type = Class.forName(owner, false, plugin);
      if (use.name().isEmpty() || hasMember(type, use)) {
        return Optional.empty();
      }
      return Optional.of(owner + "." + use.name() + use.descriptor() + ", which the API has not");
    } catch (ClassNotFoundException e) {
      return Optional.of(owner + ", which the API has not");
    } catch (NoClassDefFoundError e) {
      return Optional.empty(); // a library's optional neighbour; nothing says that it is needed
    }
  }

  private static boolean hasMember(Class<?> type, ClassFile.Member use) {
    for (Class<?> each : withAncestors(type)) {
      boolean found =
          use.isMethod()
              ? use.name().equals("<init>") ? hasConstructor(each, use) : hasMethod(each, use)
              : hasField(each, use);
      if (found) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasMethod(Class<?> type, ClassFile.Member use) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(use.name())
          && isVisible(method)
          && descriptor(method.getReturnType(), method).equals(use.descriptor())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasConstructor(Class<?> type, ClassFile.Member use) {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor) && descriptor(void.class, constructor).equals(use.descriptor())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasField(Class<?> type, ClassFile.Member use) {
    for (Field field : type.getDeclaredFields()) {
      if (field.getName().equals(use.name())
          && (field.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
          && field.getType().descriptorString().equals(use.descriptor())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isVisible(Executable executable) {
    return (executable.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private static String descriptor(Class<?> returns, Executable executable) {
    return MethodType.methodType(returns, executable.getParameterTypes())
        .toMethodDescriptorString();
  }

  private static List<Class<?>> withAncestors(Class<?> type) {
    List<Class<?>> all = new ArrayList<>(List.of(type));
    for (int i = 0; i < all.size(); i++) {
      Class<?> each = all.get(i);
      if (each.getSuperclass() != null) {
        all.add(each.getSuperclass());
      }
      all.addAll(List.of(each.getInterfaces()));
    }
    all.add(Object.class); // of interfaces too
    return all;
  }

  /** An interface of ours that a class implements may have got a method since it was compiled. */
  private Optional<String> unanswered(ClassFile file) {
    if (file.isAbstract()
        || file.uses().stream().noneMatch(use -> use.owner().startsWith("io.sluice."))) {
      return Optional.empty();
    }
    try {
      for (Method method : Class.forName(file.name(), false, plugin).getMethods()) {
        if (Modifier.isAbstract(method.getModifiers())
            && Api.shows(method.getDeclaringClass().getName())) {
          return Optional.of(
              "its class "
                  + file.name()
                  + " lacks "
                  + method.getDeclaringClass().getName()
                  + "."
                  + method.getName()
                  + ", which the API asks for");
        }
      }
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of("its class " + file.name() + " cannot be loaded: " + e);
    }
  }
}
