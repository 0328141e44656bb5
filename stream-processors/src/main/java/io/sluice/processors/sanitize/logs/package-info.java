/**
 * One shape for log records, whatever their producer sent: {@link
 * io.sluice.processors.sanitize.logs.LogShaper} fills in severity and trace context, turns JSON and
 * logfmt bodies into attributes and stack traces into {@code exception.*}; {@link
 * io.sluice.processors.sanitize.logs.BodyCutter} cuts bodies that are too long. A record that needs
 * none of it costs a look at its fields and passes as the same bytes.
 */
@NullMarked
package io.sluice.processors.sanitize.logs;

import org.jspecify.annotations.NullMarked;
