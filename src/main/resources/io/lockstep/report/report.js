// The report of a run. Each function shows one section, if there is something to show.

const epochs = data.epochs;
const steps = data.steps;
const lastEpoch = epochs[epochs.length - 1];
const facts = data.facts;

/** Whether there is more to say of the kept weights than that they are the last. */
function told() {
  return known(data.kept) && epochs.length > 0 && (known(data.bestEpoch) || data.keptEpoch !== lastEpoch.epoch);
}

function showSummary() {
  const trained = lastEpoch ? fixed(lastEpoch.trainedSeconds, 1) + " s of training" : "no epoch has ended";
  const made = steps.step ? plural(steps.step[steps.step.length - 1], "step") + ", " : "";
  const workers = facts.workers ? " on " + plural(facts.workers, "worker") + ", sync " + facts.sync : "";
  document.getElementById("summary").textContent =
    (data.finished ? "" : "Still training, or it was stopped: this is what there was after the last epoch. ") +
    plural(epochs.length, "epoch") + ", " + made + trained + workers + "." +
    (told() ? ` The weights are ${data.kept}.` : known(data.bestEpoch) ? ` The best so far by validation is epoch ${data.bestEpoch}.` : "");
  const seconds = data.reportSeconds;
  document.getElementById("colophon").textContent =
    "lockstep " + (facts.lockstep || "") + ". All of it is in this file; it fetches nothing. " +
    "Writing it took " + fixed(seconds, 2) + " s of the run before this version.";
}

/** Where steps and epochs stand on an axis. */
function places(axis) {
  const perEpoch = lastEpoch && known(lastEpoch.step) ? lastEpoch.step / lastEpoch.epoch : null;
  if (axis === "epoch") {
    const ofSteps = perEpoch ? steps.step.map((step) => step / perEpoch) : steps.step;
    return [ofSteps, epochs.map((row) => row.epoch)];
  }
  return axis === "seconds"
    ? [steps.seconds, epochs.map((row) => row.secondsInSteps)]
    : [steps.step, epochs.map((row) => row.step)];
}

function ofEpochs(axis, name, what, key, paint) {
  const xs = places(axis)[1];
  return { name, colour: paint, xs, ys: epochs.map((row) => row[key]), few: epochs.length <= 60, what };
}

/** The epoch whose weights are the model, as a point, where it is not simply the last. */
function keptPoint(axis, key) {
  const row = epochs.find((each) => each.epoch === data.keptEpoch);
  return row && row !== lastEpoch
    ? [{ name: `kept, epoch ${row.epoch}`, colour: "other", xs: [places(axis)[1][epochs.indexOf(row)]], ys: [row[key]], few: true, mark: true }]
    : [];
}

function showCurves() {
  if (!steps.step) {
    return;
  }
  const last = lastEpoch || {};
  const loss = new Chart("Loss", "in nats per example, lower is better",
    `Loss. At the end: training ${short(last.trainLoss)}, validation ${short(last.validationLoss)}, test ${short(last.testLoss)}. The table below has every epoch.`);
  const accuracy = new Chart("Accuracy", "fraction right, higher is better",
    `Accuracy. At the end: training ${percent(last.trainAccuracy)}, validation ${percent(last.validationAccuracy)}, test ${percent(last.testAccuracy)}. The table below has every epoch.`);
  const rates = steps.learningRate;
  const isConstant = rates.every((each) => each === rates[0]);
  const rate = isConstant ? null : new Chart("Learning rate", "",
    `Learning rate, from ${short(rates[0])} to ${short(rates[rates.length - 1])}.`);
  const spread = Math.max(...steps.loss.filter(known)) / Math.min(...steps.loss.filter((value) => value > 0));
  const chosen = { axis: "steps", scale: spread > 30 ? "logarithmic" : "linear" };
  const show = () => {
    const axis = { steps: "step", epochs: "epoch", seconds: "seconds" }[chosen.axis];
    const log = chosen.scale === "logarithmic";
    const xs = places(axis)[0];
    const curves = [
      { name: "training, by step", colour: "train", xs, ys: positive(steps.loss, log) },
      ofEpochs(axis, "validation", "loss", "validationLoss", "validation"),
      ofEpochs(axis, "test", "loss", "testLoss", "test"),
      ...keptPoint(axis, "validationLoss"),
    ];
    loss.show(axis, curves.map((curve) => ({ ...curve, ys: positive(curve.ys, log) })), { log });
    accuracy.show(axis, [
      ofEpochs(axis, "training", "accuracy", "trainAccuracy", "train"),
      ofEpochs(axis, "validation", "accuracy", "validationAccuracy", "validation"),
      ofEpochs(axis, "test", "accuracy", "testAccuracy", "test"),
      ...keptPoint(axis, "validationAccuracy"),
    ], { format: (value) => percent(value, 2).replace(/\.?0+ %/, " %") });
    if (rate) {
      rate.show(axis, [{ name: "learning rate", colour: "other", xs, ys: rates }]);
    }
  };
  const thinned = data.stretch > 1
    ? `After the first 50 steps each point is the mean of ${data.stretch} steps. ` : "";
  section("curves", "Curves",
    element("p", { class: "note" }, thinned +
      (isConstant ? `The learning rate is ${short(rates[0])} throughout. ` : "") +
      "The training loss of a step is taken before its update. Hover over a curve, or give it the focus and use the arrow keys, for its values; drag to look closer, double-click to come back."),
    element("div", { class: "choices" },
      choice("Over", ["steps", "epochs", "seconds"], chosen.axis, (name) => { chosen.axis = name; show(); }),
      choice("Loss scale", ["linear", "logarithmic"], chosen.scale, (name) => { chosen.scale = name; show(); })),
    element("div", { class: "charts" }, loss.figure, accuracy.figure, rate && rate.figure),
    epochTable());
  show();
}

function epochTable() {
  const validates = epochs.some((row) => known(row.validationLoss));
  const accuracies = epochs.map((row) => (known(row.testAccuracy) ? row.testAccuracy : -1));
  const best = validates
    ? epochs.findIndex((row) => row.epoch === data.bestEpoch)
    : accuracies.indexOf(Math.max(...accuracies));
  const heads = ["epoch", "train loss", "train accuracy",
    ...(validates ? ["validation loss", "validation accuracy"] : []),
    "test loss", "test accuracy", "seconds", "examples/s"];
  const rows = epochs.map((row) => [
    String(row.epoch) + (told() && row.epoch === data.keptEpoch ? " kept" : ""), fixed(row.trainLoss, 4), percent(row.trainAccuracy),
    ...(validates ? [fixed(row.validationLoss, 4), percent(row.validationAccuracy)] : []),
    fixed(row.testLoss, 4), percent(row.testAccuracy), fixed(row.seconds, 2), whole(row.examplesPerSecond)]);
  const details = element("details", {}, element("summary", {}, "Every epoch as a table"),
    table(`Epochs. The seconds are of training alone. The best by ${validates ? "validation" : "test accuracy"} is shaded.`,
      heads, rows, { best }));
  details.open = epochs.length <= 12;
  return details;
}

function showClasses() {
  if (!data.confusion) {
    return;
  }
  const rows = data.classes.map((row) => [String(row.class), percent(row.precision), percent(row.recall), percent(row.f1), whole(row.support)]);
  const parts = [element("div", {},
    table("Each class against all others.", ["class", "precision", "recall", "F1", "test rows"], rows))];
  if (data.confusion.length <= 30) {
    parts.unshift(confusionTable());
  }
  const wrong = data.confusion.flatMap((row, label) => row.map((count, taken) => ({ count, label, taken })))
    .filter((cell) => cell.label !== cell.taken && cell.count > 0).sort((a, b) => b.count - a.count).slice(0, 3);
  section("classes", "Classes",
    element("p", {}, wrong.length
      ? "Most often confused: " + wrong.map((cell) => `${cell.label} taken for ${cell.taken} (${cell.count}×)`).join(", ") + "."
      : "No test row was taken for another class."),
    element("div", { class: "side" }, parts));
}

function confusionTable() {
  const head = data.confusion.map((row, k) => element("th", { scope: "col" }, String(k)));
  const body = data.confusion.map((row, label) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    const cells = row.map((count, taken) => {
      const share = count === 0 ? 0 : 0.1 + 0.9 * Math.sqrt(count / total);
      const paint = `rgba(var(--${label === taken ? "right" : "wrong"}-cell), ${(0.9 * share).toFixed(3)})`;
      const strong = label === taken && share > 0.6;
      return element("td", {
        class: count === 0 ? "empty" : null,
        style: count === 0 ? null : `background: ${paint}${strong ? "; color: #fff" : ""}`,
        title: `${label} taken for ${taken}: ${count} of ${total}`,
      }, String(count));
    });
    return element("tr", {}, element("th", { scope: "row" }, String(label)), cells);
  });
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Confusion matrix" },
    element("table", { class: "confusion" },
      element("caption", {}, "Confusion matrix: a row per label, a column per prediction."),
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, element("abbr", { title: "label, down; prediction, across" }, "↓→")), head)),
      element("tbody", {}, body)));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A picture, pixel by pixel: paint gives red, green, blue, opacity of a byte. */
function picture(text, height, width, label, paint) {
  const canvas = element("canvas", { width, height, role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  bytes(text).forEach((value, i) => image.data.set(paint(value), 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}

const asInk = (value) => [255, 255, 255, 255].map((full, i) => (i === 3 ? full : 255 - value));

function digit(item, label) {
  return picture(item.pixels, data.height, data.width, label, asInk);
}

function showDigits() {
  if (!data.training) {
    return;
  }
  const training = data.training.map((item) => element("li", {}, element("figure", {},
    digit(item, `Training image ${item.row + 1}, labelled ${item.label}`),
    element("figcaption", {}, "label ", element("strong", {}, String(item.label))))));
  const test = data.test.map((item) => {
    const answered = known(item.prediction);
    const wrong = answered && item.prediction !== item.label;
    const said = answered ? `, predicted ${item.prediction}` : "";
    return element("li", { class: wrong ? "wrong" : null }, element("figure", {},
      digit(item, `Test image ${item.row + 1}, true label ${item.label}${said}`),
      element("figcaption", {}, "true " + item.label,
        answered ? [element("br"), wrong ? "✗ said " : "✓ said ", element("strong", {}, String(item.prediction))] : null)));
  });
  section("digits", "Digits",
    element("h3", {}, `The first ${training.length} training images`),
    element("ul", { class: "digits dozen" }, training),
    element("h3", {}, `The first ${test.length} test images`),
    data.finished ? null : element("p", { class: "note" }, "What the network says of them is here when the run has ended."),
    element("ul", { class: "digits" }, test));
}

function showMistakes() {
  if (!data.mistakes) {
    return;
  }
  const among = data.looked < (data.confusion || []).flat().reduce((a, b) => a + b, 0)
    ? ` among the first ${whole(data.looked)} test images` : "";
  if (data.mistakes.length === 0) {
    section("mistakes", "Mistakes", element("p", {}, `There are none${among}.`));
    return;
  }
  const items = data.mistakes.map((item) => {
    const order = item.probabilities.map((p, k) => [p, k]).sort((a, b) => b[0] - a[0]);
    const shown = order.slice(0, 3);
    if (!shown.some(([, k]) => k === item.label)) {
      shown[2] = [item.probabilities[item.label], item.label];
    }
    const bars = shown.flatMap(([p, k]) => {
      const kind = k === item.label ? "truth" : k === item.prediction ? "taken" : null;
      return [element("b", {}, String(k)),
        element("i", { class: kind, style: `width: ${(100 * p).toFixed(1)}%`, "aria-hidden": "true" }),
        element("span", {}, p < 0.001 ? "< 0.1 %" : percent(p, 1))];
    });
    return element("li", { class: "wrong" }, element("figure", {},
      digit(item, `Test image ${item.row + 1}: a ${item.label} taken for ${item.prediction}`),
      element("figcaption", {}, `${item.label} taken for `, element("strong", {}, String(item.prediction)),
        element("div", { class: "bars" }, bars))));
  });
  section("mistakes", "Mistakes",
    element("p", {}, `The worst mistakes${among}, by loss: how sure the network was of the wrong class. ` +
      "Green is the true class, red the one it took it for."),
    element("ul", { class: "digits mistakes" }, items));
}

function showFilters() {
  const filters = data.filters;
  if (!filters) {
    return;
  }
  // Blue below zero, red above, and nothing at zero: the page shines through.
  const signed = (value) => {
    const amount = value > 127 ? value - 256 : value;
    return [...(amount < 0 ? [30, 110, 200] : [214, 70, 40]), Math.round(255 * Math.min(1, Math.abs(amount) / 127))];
  };
  const items = filters.pictures.map((text, i) => element("li", {}, element("figure", {},
    picture(text, filters.height, filters.width, `Filter ${i + 1} of ${filters.parameter}`, signed))));
  const shown = filters.pictures.length < filters.units ? `the first ${filters.pictures.length} of ${whole(filters.units)}` : `all ${filters.units}`;
  section("filters", "Filters",
    element("p", {}, `What the first layer looks for: ${shown} filters of ${filters.parameter}, ${filters.height} × ${filters.width}.`),
    element("p", { class: "scale" }, short(-filters.largest),
      element("i", { style: "background: linear-gradient(90deg, rgb(30,110,200), rgba(30,110,200,0), rgba(214,70,40,0), rgb(214,70,40))", "aria-hidden": "true" }),
      "+" + short(filters.largest)),
    element("ul", { class: "digits filters" }, items));
}

function median(values) {
  const sorted = values.filter(known).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
}

function showSpeed() {
  if (!steps.step) {
    return;
  }
  const rate = epochs.length ? median(epochs.map((row) => row.examplesPerSecond)) : median(steps.examplesPerSecond);
  const step = median(steps.milliseconds);
  const overhead = median(steps.overhead);
  const time = new Chart("Time of a step", "in milliseconds",
    `Time of a step: ${short(step)} milliseconds in the middle, of which ${short(overhead)} are overhead.`);
  const throughput = new Chart("Throughput", "examples a second",
    `Throughput: ${whole(rate)} examples a second in the middle.`);
  section("speed", "Speed",
    tiles([["examples a second", whole(rate)], ["a step (median)", short(step) + " ms"],
      ["of it overhead", known(overhead) ? short(overhead) + " ms" : null],
      ["training", lastEpoch ? fixed(lastEpoch.trainedSeconds, 1) + " s" : null]]),
    element("p", { class: "note" }, "Overhead is the part of a step that was not computing on the slowest worker: exchange, summation, optimizer." +
      (steps.overhead.some((value) => !known(value)) ? " It is not kept of steps before a resume." : "")),
    element("div", { class: "charts" }, time.figure, throughput.figure));
  const log = Math.max(...steps.milliseconds.filter(known)) > 20 * step; // a few slow steps would hide all others
  time.show("step", [
    { name: "whole step", colour: "train", xs: steps.step, ys: positive(steps.milliseconds, log) },
    { name: "overhead", colour: "validation", xs: steps.step, ys: positive(steps.overhead, log) }], { log });
  throughput.show("step", [{ name: "examples a second", colour: "test", xs: steps.step, ys: steps.examplesPerSecond }], {});
}

function showInterruptions() {
  const parts = [];
  if (data.recoveries.length) {
    parts.push(table("Recoveries: workers that were lost. No step was.",
      ["after step", "epoch", "workers before", "after", "seconds lost", "what was lost"],
      data.recoveries.map((row) => [whole(row.step), String(row.epoch), String(row.before), String(row.after), fixed(row.seconds, 1), row.lost]),
      { texts: [5] }));
  }
  if (data.resumes.length) {
    parts.push(table("Resumes: where the run went on from a checkpoint.",
      ["time", "after step", "lockstep", "where"],
      data.resumes.map((row) => [row[0], row[1], row[2] || "", (row[3] || "").replace(/^"|"$/g, "")]),
      { text: true, texts: [2, 3] }));
  }
  section("interruptions", "Interruptions", parts.length ? parts
    : element("p", {}, "None: no worker was lost, and the run was not resumed."));
}

function showConfiguration() {
  const names = {
    data: "data", dataSha256: "data, SHA-256", weightsSha256: "weights, SHA-256", parameters: "parameters learned",
    machine: "machine", master: "Spark master", workers: "workers", sync: "synchronisation", kernel: "kernel",
    java: "Java", spark: "Spark", lockstep: "lockstep", initWeights: "first weights", maxSteps: "ends early after",
  };
  const shown = Object.keys(names).filter((key) => known(facts[key]));
  const rest = Object.keys(facts).filter((key) => !(key in names) && key !== "dataChoice");
  section("configuration", "Configuration",
    element("dl", { class: "facts" }, [...shown, ...rest].flatMap((key) => [
      element("dt", {}, names[key] || key),
      element("dd", {}, typeof facts[key] === "number" ? whole(facts[key]) : String(facts[key]))])),
    element("details", {}, element("summary", {}, "run.conf, with everything resolved"),
      element("pre", { tabindex: "0" }, data.conf)));
}

[showSummary, showCurves, showClasses, showDigits, showMistakes, showFilters, showSpeed, showInterruptions, showConfiguration]
  .forEach((show) => show());
