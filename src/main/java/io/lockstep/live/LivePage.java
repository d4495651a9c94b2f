package io.lockstep.live;

import io.lockstep.report.Markup;
import io.lockstep.report.SvgChart;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What the tab shows: a list of runs, and one of them with its progress, its curves and its epochs.
 * It is HTML and SVG that fetches nothing, and loads itself again while a run trains.
 */
final class LivePage {
  private static final int REFRESH_SECONDS = 2;
  private static final int MOST_EPOCHS = 200;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final StringBuilder html = new StringBuilder();

  private LivePage() {}

  /**
   * The page as HTML.
   *
   * @param runs by number, in their order on the page
   * @param wanted the number of the one to show; if there is none of it, the first is
   */
  static String html(Map<Integer, LiveRun> runs, Optional<Integer> wanted) {
    Map<Integer, LiveRun.View> views = new LinkedHashMap<>();
    runs.forEach((number, run) -> views.put(number, run.view()));
    LivePage page = new LivePage();
    page.add("<div style=\"max-width: 1500px\">");
    if (views.isEmpty()) {
      page.add("<p>No run has begun.</p>");
    } else {
      int shown = wanted.filter(views::containsKey).orElse(views.keySet().iterator().next());
      page.refresh(views);
      page.list(views, shown);
      page.run(views.get(shown));
    }
    page.add("</div>");
    return page.html.toString();
  }

  private void add(String format, Object... values) {
    html.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void refresh(Map<Integer, LiveRun.View> views) {
    if (views.values().stream().anyMatch(view -> view.state() == LiveRun.State.TRAINING)) {
      add("<meta http-equiv=\"refresh\" content=\"%d\">", REFRESH_SECONDS);
    }
  }

  private void list(Map<Integer, LiveRun.View> views, int shown) {
    if (views.size() == 1) {
      return;
    }
    head(List.of("run", "started", "", "epoch", "step", "test accuracy"));
    views.forEach(
        (number, view) ->
            add(
                "<tr%s><td><a href=\"?run=%d\">%s</a></td><td>%s</td><td>%s</td><td>%s</td>"
                    + "<td>%,d of %,d</td><td>%s</td></tr>",
                number == shown ? " style=\"font-weight: bold\"" : "",
                number,
                Markup.escaped(view.facts().name()),
                TIME.format(view.started()),
                view.state(),
                epoch(view),
                view.step(),
                view.facts().lastStep(),
                testAccuracy(view)));
    add("</tbody></table>");
  }

  private void head(List<String> columns) {
    add("<table class=\"table table-striped table-sm\" style=\"width: auto\"><thead><tr>");
    columns.forEach(column -> add("<th style=\"padding-right: 2em\">%s</th>", column));
    add("</tr></thead><tbody>");
  }

  /** After the last epoch. */
  private static String testAccuracy(LiveRun.View view) {
    int epochs = view.epochs().size();
    return epochs == 0
        ? ""
        : figure(view.epochs().get(epochs - 1).test(), LiveRun.Figures::accuracy);
  }

  /** The epoch under way, or the last one. */
  private static String epoch(LiveRun.View view) {
    LiveRun.Facts facts = view.facts();
    return String.format(
        Locale.ROOT,
        "%d of %d",
        facts.epochOf(Math.max(1, view.step())),
        facts.epochOf(facts.lastStep()));
  }

  private void run(LiveRun.View view) {
    LiveRun.Facts facts = view.facts();
    add("<h4>%s: %s</h4>", Markup.escaped(facts.name()), view.state());
    add("<p>%s</p>", String.join(" &middot; ", facts(view)));
    progress((double) view.step() / facts.lastStep());
    add("<div style=\"display: flex; flex-wrap: wrap; gap: 1em; margin: 1em 0\">");
    add("<div>%s</div>", chart("Loss", SvgChart.Scale.LOGARITHMIC, view.loss()));
    add("<div>%s</div>", chart("Accuracy", SvgChart.Scale.LINEAR, view.accuracy()));
    add("</div>");
    epochs(view.epochs());
  }

  private static List<String> facts(LiveRun.View view) {
    String steps =
        String.format(
            Locale.ROOT,
            "epoch %s &middot; step %,d of %,d (%.0f %%)",
            epoch(view),
            view.step(),
            view.facts().lastStep(),
            100.0 * view.step() / view.facts().lastStep());
    String who = Markup.escaped(view.facts().crew()) + ", since " + TIME.format(view.started());
    if (!Double.isFinite(view.examplesPerSecond())) {
      return List.of(steps, who); // no step is made yet
    }
    String speed = String.format(Locale.ROOT, "%,.0f examples/s", view.examplesPerSecond());
    if (view.state() != LiveRun.State.TRAINING) {
      return List.of(steps, speed, who);
    }
    long left = Math.round(view.secondsLeft());
    return List.of(
        steps, String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60), speed, who);
  }

  private void progress(double done) {
    add(
        "<div class=\"progress\" style=\"max-width: 720px\"><div class=\"progress-bar\""
            + " style=\"width: %.1f%%; background-color: #0072b2\"></div></div>",
        100 * done);
  }

  private static String chart(String title, SvgChart.Scale scale, List<SvgChart.Curve> curves) {
    return new SvgChart(title, "step", "", scale, curves).onWhite();
  }

  /** A column of the table of epochs. */
  private record Column(String title, Function<LiveRun.Epoch, String> cell) {}

  private void epochs(List<LiveRun.Epoch> epochs) {
    if (epochs.isEmpty()) {
      return;
    }
    int best =
        epochs.stream().filter(LiveRun.Epoch::best).mapToInt(LiveRun.Epoch::epoch).max().orElse(0);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("epoch", epoch -> "" + epoch.epoch()));
    addFigures(columns, "training", epochs, epoch -> Optional.of(epoch.train()));
    addFigures(columns, "validation", epochs, LiveRun.Epoch::validation);
    addFigures(columns, "test", epochs, LiveRun.Epoch::test);
    columns.add(new Column("seconds", epoch -> number("%.2f", epoch.seconds())));
    columns.add(new Column("", epoch -> epoch.epoch() == best ? "best so far" : ""));
    head(columns.stream().map(Column::title).toList());
    for (int i = epochs.size() - 1; i >= Math.max(0, epochs.size() - MOST_EPOCHS); i--) {
      LiveRun.Epoch epoch = epochs.get(i);
      add("<tr>");
      columns.forEach(column -> add("<td>%s</td>", column.cell.apply(epoch)));
      add("</tr>");
    }
    add("</tbody></table>");
  }

  /** Columns for {@code rows}, if any epoch knows of them. */
  private static void addFigures(
      List<Column> columns,
      String rows,
      List<LiveRun.Epoch> epochs,
      Function<LiveRun.Epoch, Optional<LiveRun.Figures>> figures) {
    if (epochs.stream().anyMatch(epoch -> figures.apply(epoch).isPresent())) {
      columns.add(
          new Column(rows + " loss", epoch -> figure(figures.apply(epoch), LiveRun.Figures::loss)));
      columns.add(
          new Column("accuracy", epoch -> figure(figures.apply(epoch), LiveRun.Figures::accuracy)));
    }
  }

  private static String figure(
      Optional<LiveRun.Figures> figures, ToDoubleFunction<LiveRun.Figures> value) {
    return figures.map(of -> number("%.4f", value.applyAsDouble(of))).orElse("");
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
