/**
 * SLI windows: counts good and total events of every SLO in buckets of event time. A bucket is sent
 * when everything that arrived until its end and a grace has been counted; what comes later gives a
 * correction.
 */
@NullMarked
package io.sluice.processors.sli;

import org.jspecify.annotations.NullMarked;
