// A scaling study. Each function shows one section.

const { points, forecasts } = data;
const exchanges = ["driver", "slices"];
const distinct = (values) => [...new Set(values)].sort((a, b) => a - b);
const milliseconds = (seconds) => (known(seconds) ? short(1e3 * seconds) + " ms" : "–");
const weightsText = (weights) => whole(weights) + " weights";
const signed = (part) => (part > 0 ? "+" : "") + fixed(100 * part, 1) + " %";

function showSummary() {
  document.getElementById("summary").textContent =
    `A median over ${points.filter((point) => point.heldOut).length} of ${plural(points.length, "point")}; ` +
    `at those it was fitted to, ${percent(data.medianSeen, 1)}. Measured on ${data.place}.`;
  document.getElementById("colophon").textContent =
    `lockstep ${data.lockstep}. All of it is in this file; it fetches nothing.`;
}

/** Points in order of x, of which several may have the same. */
function dots(name, colourName, chosen) {
  const sorted = [...chosen].sort((a, b) => a.seconds - b.seconds);
  return { name, colour: colourName, few: true, dots: true,
    xs: sorted.map((point, i) => 1e3 * point.seconds * (1 + 1e-9 * i)), ys: sorted.map((point) => 1e3 * point.predicted) };
}

function showFit() {
  const ends = [Math.min(...points.map((point) => point.seconds)), Math.max(...points.map((point) => point.seconds))].map((end) => 1e3 * end);
  const chart = new Chart("Predicted by measured", "milliseconds per step; on the line they agree",
    "Milliseconds per step that the model predicts, by those measured. study.csv has the figures.");
  const worst = points.map((point) => ({ point, error: point.predicted / point.seconds - 1 }))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, 8);
  section("fit", "Model and measurement",
    element("p", { class: "note" }, "The model has seen two of three points, and is judged by the third. study.csv has all."),
    chart.figure,
    table("Where it is furthest off.",
      ["workers", "where", "exchange", "weights", "batch", "measured", "predicted", "error", "seen"],
      worst.map(({ point, error }) => [String(point.workers), point.place, point.exchange, whole(point.weights), whole(point.batch),
        milliseconds(point.seconds), milliseconds(point.predicted), signed(error), point.heldOut ? "no" : "yes"]), { texts: [1, 2, 8] }));
  chart.show("measured", [
    { name: "equal", colour: "other", xs: ends, ys: ends },
    dots("seen", "run-0", points.filter((point) => !point.heldOut)),
    dots("not seen", "run-1", points.filter((point) => point.heldOut)),
  ], { log: true, logX: true });
}

function showWorkers() {
  const weights = distinct(points.map((point) => point.weights));
  const batches = distinct(points.map((point) => point.batch));
  const places = [...new Set(points.map((point) => point.place))];
  const chosen = { weights: weights[weights.length - 1], batch: batches[0] };
  const cores = distinct(points.map((point) => point.cores));
  const charts = places.map((place) => ({ place, chart: new Chart(place, "milliseconds per step by workers; dashed: the model",
    `Milliseconds per step by workers, ${place}. study.csv has the figures.`) }));
  const show = () => charts.forEach(({ place, chart }) => chart.show("workers", exchanges.flatMap((exchange, i) => {
    const own = points.filter((point) => point.place === place && point.exchange === exchange
      && point.weights === chosen.weights && point.batch === chosen.batch).sort((a, b) => a.workers - b.workers);
    const xs = own.map((point) => point.workers);
    return [
      { name: exchange, colour: "run-" + i, few: true, xs, ys: own.map((point) => 1e3 * point.seconds) },
      { name: exchange + ", model", colour: "run-" + i, dashed: true, xs, ys: own.map((point) => 1e3 * point.predicted) },
    ];
  }), { log: true }));
  section("workers", "Seconds over workers",
    element("p", { class: "note" }, `Beyond ${cores.join(" or ")} workers, these take turns on the cores there are.`),
    element("div", { class: "choices" },
      choice("Weights", weights.map(whole), whole(chosen.weights), (name) => { chosen.weights = weights.find((each) => whole(each) === name); show(); }),
      choice("Batch", batches.map(whole), whole(chosen.batch), (name) => { chosen.batch = batches.find((each) => whole(each) === name); show(); })),
    element("div", { class: "charts" }, charts.map(({ chart }) => chart.figure)));
  show();
}

function showPrices() {
  section("prices", "What a step pays for",
    element("p", { class: "note" }, "A step takes the sum of amount times price. No price is below 0; one that is 0 was not needed to explain the points."),
    table("The model.", ["unit", "seconds", "part of a step"],
      data.prices.map((price) => [price.unit, short(price.seconds) + (price.assumed ? " (assumed)" : ""), price.part]), { text: true, texts: [2] }));
}

function showForecasts() {
  const weights = distinct(forecasts.map((forecast) => forecast.weights));
  const of = (size) => forecasts.filter((forecast) => forecast.weights === size);
  const charts = weights.map((size) => ({ size, chart: new Chart(weightsText(size), "milliseconds per step by executors",
    `Milliseconds per step by executors, ${weightsText(size)}. The table has the figures.`) }));
  const parts = Object.keys(forecasts[0].parts);
  section("clusters", "Clusters that nobody measured",
    element("p", { class: "note" }, `Steps of ${whole(forecasts[0].batch)} images on executors of one core each, whose links move ${data.gigabits} Gbit/s. In the last columns, where the time of the better exchange goes.`),
    element("div", { class: "charts" }, charts.map(({ chart }) => chart.figure)),
    table("What the model says of a step.", ["weights", "executors", "driver", "slices", "better", "images/s", ...parts],
      forecasts.map((forecast) => [whole(forecast.weights), whole(forecast.executors), milliseconds(forecast.driver), milliseconds(forecast.slices),
        forecast.better, whole(forecast.batch / forecast[forecast.better]), ...parts.map((part) => percent(forecast.parts[part], 0))]), { texts: [4] }));
  charts.forEach(({ size, chart }) => chart.show("executors", exchanges.map((exchange, i) => ({
    name: exchange, colour: "run-" + i, few: true,
    xs: of(size).map((forecast) => forecast.executors), ys: of(size).map((forecast) => 1e3 * forecast[exchange]),
  })), { log: true, logX: true }));
}

function showBatches() {
  if (data.batches.length === 0) {
    return;
  }
  section("batches", "Large batches",
    element("p", { class: "note" }, "conf/mlp-fixed.conf with its learning rate in proportion to the batch, warmed up over the first epoch."),
    table("Accuracy on the test rows.", ["batch", "learning rate", "epochs", "steps", "seconds", "test accuracy"],
      data.batches.map((run) => [whole(run.batch), short(run.learningRate), whole(run.epochs),
        ...(known(run.testAccuracy) ? [whole(run.steps), fixed(run.seconds, 2), percent(run.testAccuracy)] : ["–", "–", "diverged"])])));
}

function showWeaknesses() {
  section("weaknesses", "What this does not show",
    element("ul", {}, data.weaknesses.map((weakness) => element("li", {}, weakness))));
}

[showSummary, showFit, showWorkers, showPrices, showForecasts, showBatches, showWeaknesses].forEach((show) => show());
