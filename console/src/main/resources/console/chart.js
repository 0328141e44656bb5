// Values over time. Where there is none, nothing is drawn: no line joins what is on both sides of a gap.
import {html} from './lib/lit-html/lit-html.js';
import {ref} from './lib/lit-html/directives/ref.js';
import uPlot from './lib/uplot/uPlot.esm.js';
import {time} from './format.js';

const HEIGHT = 180;
const DAY = 86400; // seconds
const WHOLE = Array.from({length: 36}, (unused, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** By their elements. A plot that is not ended stays in uPlot's own list for good, with its values. */
const drawn = new Map();
const labels = ({series}) => series.map(({label}) => label).join('\n');

/**
 * @param label what it shows, for who cannot see it
 * @param from, to the time shown, in milliseconds
 * @param times of the values, in milliseconds
 * @param series each {label, colour (a name of the stylesheet), values, bars, fill}
 * @param format a value with its unit
 * @param counts whether values are whole numbers: so are the marks of the axis then
 */
export const chart = (what) => html`<div class="chart" role="img" aria-label=${what.label}
  ${ref((element) => element && draw(element, what))}></div>`;

/** One value for each step of a time, null where there is none. */
export function steps(found, from, to, stepMs, value) {
  const byStart = new Map(found.map((each) => [Date.parse(each.start), each]));
  const times = [];
  const values = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs) {
    times.push(at);
    values.push(byStart.has(at) ? value(byStart.get(at)) : null);
  }
  return [times, values];
}

/** As much of a time as tells it from its neighbours. */
function tick(ms, step, seconds) {
  if (step >= DAY) return time(ms).slice(0, 10);
  return time(ms).slice(seconds > DAY ? 5 : 11, step < 60 ? 19 : 16);
}

function end(element) {
  const {plot, observer} = drawn.get(element);
  observer.disconnect();
  plot.destroy();
  drawn.delete(element);
}

/** Of views that are gone, once the new one stands: until then its own are not in the page either. */
function endAway() {
  [...drawn.keys()].filter((each) => !each.isConnected).forEach(end);
}

function draw(element, what) {
  const data = [what.times.map((ms) => ms / 1000), ...what.series.map(({values}) => values)];
  const known = drawn.get(element);
  if (known && labels(known.what) === labels(what)) {
    Object.assign(known.what, what);
    known.plot.setData(data);
    return;
  }
  if (known) end(element); // of another SLO: the element is the same
  queueMicrotask(endAway);
  const current = {...what};
  const axis = {stroke: () => style('--muted'), grid: {stroke: () => style('--line'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
  const plot = new uPlot({
    width: Math.max(200, element.clientWidth), height: HEIGHT,
    cursor: {drag: {x: false, y: false}},
    scales: {
      x: {range: () => [current.from / 1000, current.to / 1000]},
      y: {range: (u, low, high) => [Math.min(0, low ?? 0), Math.max(current.most ?? 0, (high ?? 0) * 1.08) || 1]},
    },
    axes: [
      {...axis, size: 28, space: 80, values: (u, splits, i, space, step) => splits.map((each) => tick(each * 1000, step, u.scales.x.max - u.scales.x.min))},
      {...axis, size: 62, incrs: what.counts ? WHOLE : undefined, values: (u, splits) => splits.map((each) => each == null ? '' : current.format(each))}],
    series: [
      {label: 'time', value: (u, seconds) => seconds == null ? '' : time(seconds * 1000).slice(0, 19)},
      ...what.series.map(({label, colour, bars, fill}) => ({
        label, width: bars ? 1 : 1.5, stroke: () => style(colour), fill: bars || fill ? () => style(fill ?? colour) : undefined,
        paths: bars ? uPlot.paths.bars({size: [0.8, 40], align: 1}) : undefined,
        points: {show: !bars, size: 4, fill: () => style(colour), filter: (u, at) => alone(u.data[at])},
        value: (u, value) => value == null ? '–' : current.format(value)}))],
  }, data, element);
  const observer = new ResizeObserver(() => plot.setSize({width: Math.max(200, element.clientWidth), height: HEIGHT}));
  observer.observe(element);
  drawn.set(element, {plot, what: current, observer});
}

/** Values between two gaps: no line shows them. */
const alone = (values) => [...values.keys()].filter((i) => values[i] != null && values[i - 1] == null && values[i + 1] == null);
