package io.sluice.instrumentation.http;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.servlet.ReadListener;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Listeners of bodies that are read and written without blocking, called in the request's span. */
final class ServletListeners {

  private ServletListeners() {}

  static ReadListener in(Context span, ReadListener listener) {
    return new ReadListener() {
      @Override
      public void onDataAvailable() throws IOException {
        try (Scope current = span.makeCurrent()) {
          listener.onDataAvailable();
        }
      }

      @Override
      public void onAllDataRead() throws IOException {
        try (Scope current = span.makeCurrent()) {
          listener.onAllDataRead();
        }
      }

      @Override
      public void onError(Throwable failure) {
        try (Scope current = span.makeCurrent()) {
          listener.onError(failure);
        }
      }
    };
  }

  static WriteListener in(Context span, WriteListener listener) {
    return new WriteListener() {
      @Override
      public void onWritePossible() throws IOException {
        try (Scope current = span.makeCurrent()) {
          listener.onWritePossible();
        }
      }

      @Override
      public void onError(Throwable failure) {
        try (Scope current = span.makeCurrent()) {
          listener.onError(failure);
        }
      }
    };
  }
}
