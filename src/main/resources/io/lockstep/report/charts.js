"use strict";
// What both pages are made of: elements, sections, numbers, curves.

/** An element with attributes and children; texts are text, never HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return made;
}

const known = (value) => value !== null && value !== undefined;
const fixed = (value, digits) =>
  known(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";
const percent = (value, digits = 2) => (known(value) ? fixed(100 * value, digits) + " %" : "–");
const whole = (value) => fixed(value, 0);
const short = (value) => {
  if (!known(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(1);
  return size >= 1000 ? whole(value) : String(Number(value.toPrecision(4)));
};
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
/** What a logarithmic scale can show of values. */
const positive = (ys, isLogarithmic) => (isLogarithmic ? ys.map((y) => (y > 0 ? y : null)) : ys);
const plural = (count, what) => whole(count) + " " + what + (count === 1 ? "" : "s");

/** Adds a section with a heading, and its place among the links. */
function section(id, title, ...content) {
  const heading = element("h2", { id: id + "-title" }, title);
  document.getElementById("content").append(
    element("section", { id, "aria-labelledby": id + "-title" }, heading, ...content.flat()));
  document.getElementById("sections").append(
    element("li", {}, element("a", { href: "#" + id }, title)));
}

/** A table of numbers: the first cell of each row is its head. */
function table(caption, heads, rows, options = {}) {
  const cell = (value, i) =>
    i === 0
      ? element("th", { scope: "row", class: options.text ? "text" : null }, value)
      : element("td", { class: (options.texts || []).includes(i) ? "text" : null }, value);
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    element("table", { class: "numbers" },
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, heads.map((head, i) =>
        element("th", { scope: "col", class: (i === 0 ? options.text : (options.texts || []).includes(i)) ? "text" : null }, head)))),
      element("tbody", {}, rows.map((row, r) =>
        element("tr", { class: r === options.best ? "best" : null }, row.map(cell))))));
}

function tiles(pairs) {
  return element("dl", { class: "tiles" }, pairs.filter(([, value]) => known(value)).map(
    ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

/** Buttons of which one is on; tells what was chosen. */
function choice(legend, names, chosen, tell) {
  return element("fieldset", {}, element("legend", {}, legend), names.map((name) => {
    const input = element("input", { type: "radio", name: legend, value: name });
    input.checked = name === chosen;
    input.addEventListener("change", () => tell(name));
    return element("label", {}, input, name);
  }));
}

/** Lines at powers of ten alone. */
function decades(axis) {
  const filter = (plot, marks) => marks.map((mark) => (Number.isInteger(Math.round(1e9 * Math.log10(mark)) / 1e9) ? mark : null));
  return { grid: { ...axis.grid, filter }, ticks: { ...axis.ticks, filter } };
}

const charts = [];

/**
 * Curves over a common axis. Each curve: name, colour (a variable of the style), xs, ys, whether
 * its points are few, whether it is dashed, whether it is a mark that stands out, and whether it has no line. Hover, or the arrow keys, show the values.
 */
class Chart {
  constructor(title, note, describe) {
    this.plot = element("div", { class: "plot", tabindex: "0", role: "group", "aria-label": describe });
    this.spoken = element("p", { class: "unseen", "aria-live": "polite" });
    this.figure = element("figure", { class: "chart" },
      element("figcaption", {}, title, note ? element("span", {}, " " + note) : null), this.plot, this.spoken);
    this.plot.addEventListener("keydown", (event) => this.move(event));
    charts.push(this);
  }

  show(axis, curves, options = {}) {
    this.axis = axis;
    this.curves = curves.filter((curve) => curve.ys.some(known));
    this.options = options;
    this.draw();
  }

  draw() {
    if (this.drawn) {
      this.drawn.destroy();
      this.drawn = null;
    }
    const width = this.plot.clientWidth;
    if (!width || !this.curves) {
      return;
    }
    if (this.curves.length === 0) {
      this.plot.textContent = "Nothing to show yet.";
      return;
    }
    this.plot.textContent = "";
    const data = uPlot.join(this.curves.map((curve) => [curve.xs, curve.ys]));
    this.drawn = new uPlot(this.settings(width), data, this.plot);
    this.plot.querySelector(".u-legend").setAttribute("aria-label", "Values at the cursor");
  }

  settings(width) {
    const line = colour("rule");
    const ink = colour("muted");
    const format = this.options.format || short;
    const ends = this.curves.flatMap((curve) => [curve.xs[0], curve.xs[curve.xs.length - 1]]);
    const least = Math.min(...ends);
    const most = Math.max(...ends);
    const lone = least === most;
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    return {
      width,
      height: 240,
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, distr: this.options.logX ? 3 : 1, range: lone ? [least - 1, least + 1] : undefined },
        y: this.options.log ? { distr: 3 } : {},
      },
      axes: [
        { ...axis, ...(this.options.logX ? decades(axis) : {}), values: (plot, marks) => marks.map((mark) => (known(mark) ? short(mark) : "")), space: 60, incrs: this.axis === "epoch" || this.axis === "workers" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] : undefined },
        { ...axis, ...(this.options.log ? decades(axis) : {}), size: 62, values: (plot, marks) => marks.map((mark) => (known(mark) ? format(mark) : "")) },
      ],
      series: [
        { label: this.axis, value: (plot, value) => (known(value) ? short(value) : "–") },
        ...this.curves.map((curve) => ({
          label: curve.name,
          stroke: colour(curve.colour),
          width: curve.few ? 2 : 1.5,
          dash: curve.dashed ? [8, 5] : undefined,
          spanGaps: true,
          paths: curve.dots ? () => null : undefined,
          points: { show: curve.few === true, size: curve.mark ? 12 : 6, fill: curve.mark ? "transparent" : colour(curve.colour) },
          value: (plot, value) => (known(value) ? format(value) : "–"),
        })),
      ],
    };
  }

  /** Left and right go from point to point, Home and End to the outermost; a screen reader hears the values. */
  move(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!this.drawn || !(event.key in steps)) {
      return;
    }
    event.preventDefault();
    const xs = this.drawn.data[0];
    const now = known(this.drawn.cursor.idx) ? this.drawn.cursor.idx : -1;
    const next = Math.max(0, Math.min(xs.length - 1, now + steps[event.key]));
    this.drawn.setCursor({ left: this.drawn.valToPos(xs[next], "x"), top: 20 });
    const format = this.options.format || short;
    this.spoken.textContent = `${this.axis} ${short(xs[next])}: ` + this.curves
      .map((curve, i) => [curve.name, this.drawn.data[i + 1][next]]).filter(([, y]) => known(y))
      .map(([name, y]) => `${name} ${format(y)}`).join(", ");
  }
}

function redraw() {
  charts.forEach((chart) => chart.draw());
}

let widthThen = 0;
new ResizeObserver(() => {
  if (document.body.clientWidth !== widthThen) {
    widthThen = document.body.clientWidth;
    redraw();
  }
}).observe(document.body);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

const data = JSON.parse(document.getElementById("data").textContent);
