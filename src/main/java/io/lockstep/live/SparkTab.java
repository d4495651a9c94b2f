package io.lockstep.live;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;
import scala.xml.Node;
import scala.xml.Unparsed;

/**
 * The tab in Spark's web UI: every use of that UI, which is internal API. Written against Spark
 * 4.1.0.
 */
final class SparkTab extends SparkUITab {
  private static final Logger LOG = LoggerFactory.getLogger(SparkTab.class);
  private static final String NAME = "lockstep";

  private final LiveRuns runs = new LiveRuns();

  private SparkTab(SparkUI ui) {
    super(ui, NAME);
    attachPage(new Page(this));
  }

  /** Adds {@code run} to the tab of {@code spark}'s UI, and returns its address, if it has a UI. */
  static Optional<String> show(SparkContext spark, LiveRun run) {
    try {
      return OptionConverters.toJava(spark.ui()).map(ui -> show(ui, run));
    } catch (RuntimeException | LinkageError e) { // another Spark's may be another
      LOG.warn("the run goes on without a tab in Spark's UI: {}", e.toString());
      return Optional.empty();
    }
  }

  private static String show(SparkUI ui, LiveRun run) {
    of(ui).runs.add(run);
    return ui.webUrl() + "/" + NAME + "/";
  }

  /** The tab of {@code ui}, attached. */
  private static synchronized SparkTab of(SparkUI ui) {
    return CollectionConverters.asJava(ui.getTabs()).stream()
        .filter(SparkTab.class::isInstance)
        .map(SparkTab.class::cast)
        .findFirst()
        .orElseGet(
            () -> {
              SparkTab tab = new SparkTab(ui);
              ui.attachTab(tab);
              return tab;
            });
  }

  /** The tab's only page. */
  private static final class Page extends WebUIPage {
    private final SparkTab tab;

    private Page(SparkTab tab) {
      super("");
      this.tab = tab;
    }

    @Override
    public Seq<Node> render(HttpServletRequest request) {
      Optional<Integer> wanted =
          Optional.ofNullable(request.getParameter("run"))
              .filter(number -> number.matches("\\d{1,9}"))
              .map(Integer::valueOf);
      Node content = new Unparsed(LivePage.html(tab.runs.newestFirst(), wanted));
      Seq<Node> nodes = CollectionConverters.asScala(List.of(content)).toSeq();
      return UIUtils.headerSparkPage(request, NAME, () -> nodes, tab, Option.empty(), false, false);
    }
  }
}
