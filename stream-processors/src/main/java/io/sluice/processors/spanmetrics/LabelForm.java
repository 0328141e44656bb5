package io.sluice.processors.spanmetrics;

/**
 * Brings the text of an attribute into the form in which it becomes a label. Called once for each
 * text that is new; the same text always has the same form.
 */
@FunctionalInterface
interface LabelForm {

  /** The text as it is. */
  LabelForm AS_IS = text -> text;

  String of(String text);
}
