// Runs side by side. Each function shows one section.

const runs = data.runs;
const splits = { test: "test", validation: "validation", training: "train" };
const colours = 8;
const inPercent = (value) => percent(value, 2).replace(/\.?0+ %/, " %");
const shownOf = (number) => ({ colour: "run-" + (number % colours), dashed: number >= colours });

function swatch(number) {
  const { colour: name, dashed } = shownOf(number);
  return element("i", { class: "swatch" + (dashed ? " dashed" : ""), style: `background-color: var(--${name})`, "aria-hidden": "true" });
}

function nameOf(run, number) {
  return [swatch(number), run.report ? element("a", { href: run.report }, run.name) : run.name];
}

function showSummary() {
  const ended = runs.filter((run) => run.finished).length;
  const training = runs.find((run) => !run.finished);
  document.getElementById("summary").textContent =
    (ended < data.planned ? "Still training, or it was stopped: this is what there was after the last epoch. " : "") +
    (training ? `${training.name} is under way, after ${plural(training.epochs.length, "epoch")}. ` : "") +
    "Accuracy and loss are of the test rows; the seconds are of training alone, without evaluation.";
  document.getElementById("colophon").textContent =
    `lockstep ${data.lockstep}. All of it is in this file; it fetches nothing.`;
}

function showRuns() {
  const sameRows = new Set(runs.filter((run) => known(run.rows)).map((run) => run.rows)).size <= 1;
  const accuracies = runs.map((run) => (known(run.testAccuracy) ? run.testAccuracy : -1));
  const rows = runs.map((run, i) => [
    nameOf(run, i), run.finished ? percent(run.testAccuracy) : "under way", fixed(run.testLoss, 4), fixed(run.seconds, 1),
    fixed(run.epochs.length ? run.seconds / run.epochs.length : null, 2), whole(run.parameters), whole(run.epochs.length),
    ...(sameRows ? [] : [known(run.rows) ? run.rows.slice(0, 8) : "–"])]);
  section("runs", "Runs",
    sameRows ? null : element("p", { class: "note" },
      "These runs are not of the same rows, so their figures can't be set against each other: the last column tells their data apart, by its SHA-256."),
    table("The weights that were kept, on the test rows. The best accuracy is shaded.",
      ["run", "test accuracy", "test loss", "seconds", "s/epoch", "parameters", "epochs", ...(sameRows ? [] : ["data"])],
      rows, { text: true, best: runs.length > 1 ? accuracies.indexOf(Math.max(...accuracies)) : undefined }));
}

/** Boxes, one for each run; tells which runs are shown. */
function runChoice(tell) {
  const hidden = new Set();
  return element("fieldset", {}, element("legend", {}, "Runs"), runs.map((run, i) => {
    const input = element("input", { type: "checkbox" });
    input.checked = true;
    input.addEventListener("change", () => {
      hidden[input.checked ? "delete" : "add"](i);
      tell(hidden);
    });
    return element("label", {}, input, swatch(i), run.name);
  }));
}

function showCurves() {
  const has = (split) => runs.some((run) => run.epochs.some((row) => known(row[splits[split] + "Loss"])));
  const names = Object.keys(splits).filter(has);
  if (names.length === 0) {
    return;
  }
  const chosen = { rows: names[0], scale: "linear", hidden: new Set() };
  const charts = ["epoch", "seconds"].flatMap((axis) => ["Accuracy", "Loss"].map((what) => ({
    axis, what,
    chart: new Chart(`${what} by ${axis}`, what === "Loss" ? "lower is better" : "higher is better",
      `${what} of each run by ${axis}. The tables have the figures.`),
  })));
  const show = () => charts.forEach(({ axis, what, chart }) => {
    const log = what === "Loss" && chosen.scale === "logarithmic";
    const key = splits[chosen.rows] + what;
    chart.show(axis, runs.map((run, i) => ({
      name: run.name, ...shownOf(i), few: run.epochs.length <= 60,
      xs: run.epochs.map((row) => (axis === "epoch" ? row.epoch : row.trainedSeconds)),
      ys: positive(run.epochs.map((row) => row[key]), log),
    })).filter((curve, i) => !chosen.hidden.has(i)), { log, format: what === "Loss" ? short : inPercent });
  });
  section("curves", "Curves",
    element("p", { class: "note" },
      "Hover over a curve, or give it the focus and use the arrow keys, for its values; drag to look closer, double-click to come back. Training loss and accuracy are taken before each step's update."),
    element("div", { class: "choices" },
      choice("Rows", names, chosen.rows, (name) => { chosen.rows = name; show(); }),
      choice("Loss scale", ["linear", "logarithmic"], chosen.scale, (name) => { chosen.scale = name; show(); }),
      runChoice((hidden) => { chosen.hidden = hidden; show(); })),
    element("div", { class: "charts" }, charts.map(({ chart }) => chart.figure)));
  show();
}

function showEpochs() {
  const longest = runs.reduce((most, run) => (run.epochs.length > most.length ? run.epochs : most), []);
  const tested = runs.some((run) => run.epochs.some((row) => known(row.testAccuracy)));
  if (!tested) {
    return;
  }
  const rows = longest.map((epoch, i) => [String(epoch.epoch),
    ...runs.map((run) => (i < run.epochs.length ? percent(run.epochs[i].testAccuracy) : ""))]);
  section("epochs", "Epochs",
    table("Accuracy on the test rows after each epoch.", ["epoch", ...runs.map(nameOf)], rows));
}

[showSummary, showRuns, showCurves, showEpochs].forEach((show) => show());
