@NullMarked
package io.sluice.app.command;

import org.jspecify.annotations.NullMarked;
