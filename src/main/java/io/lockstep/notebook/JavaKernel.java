package io.lockstep.notebook;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Version;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.BaseKernelBuilder;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/**
 * Java in Jupyter: JJava's protocol and rendering over {@link Cells}. JJava itself does more; this
 * is for machines without it, and for the tests.
 */
public final class JavaKernel extends BaseKernel {
  private final Cells cells = new Cells();

  private JavaKernel(Builder parts) {
    super(
        "lockstep",
        Version.LOCKSTEP,
        new LanguageInfo.Builder("java")
            .version(Runtime.version().toString())
            .mimetype("text/x-java-source")
            .fileExtension(".jshell")
            .pygments("java")
            .codemirror("java")
            .build(),
        List.of(),
        parts.historyManager(),
        parts.io(),
        parts.comms(),
        parts.renderer(),
        null,
        parts.magics(),
        false,
        parts.styler());
  }

  /** A kernel that has not begun to listen. */
  public static JavaKernel create() {
    return new Builder().build();
  }

  private static final class Builder extends BaseKernelBuilder<Builder, JavaKernel> {
    @Override
    public JavaKernel build() {
      return new JavaKernel(this);
    }

    private HistoryManager historyManager() {
      return buildHistoryManager();
    }

    private JupyterIO io() {
      return buildJupyterIO(buildJupyterIOEncoding());
    }

    private CommManager comms() {
      return buildCommManager();
    }

    private Renderer renderer() {
      return buildRenderer();
    }

    private MagicsRegistry magics() {
      return buildMagicsRegistry();
    }

    private StringStyler styler() {
      return buildErrorStyler();
    }
  }

  @Override
  public Object evalRaw(String source) {
    return cells.run(source);
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    return null; // nothing to say
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    Cells.Completions found = cells.complete(code, at);
    return new ReplacementOptions(found.texts(), found.start(), at);
  }

  @Override
  public String isComplete(String code) {
    SourceCodeAnalysis.Completeness completeness = cells.completeness(code);
    if (completeness == SourceCodeAnalysis.Completeness.UNKNOWN) {
      return IS_COMPLETE_BAD;
    }
    return completeness.isComplete() ? IS_COMPLETE_YES : "";
  }

  @Override
  public void interrupt() {
    cells.interrupt();
  }

  /** A person's mistake in words; anything else with its stack trace. */
  @Override
  public List<String> formatError(Throwable failure) {
    boolean isSaid = failure instanceof CellException || failure instanceof InvalidInputException;
    return isSaid ? failure.getMessage().lines().toList() : super.formatError(failure);
  }

  @Override
  public void onShutdown(boolean isRestarting) {
    super.onShutdown(isRestarting);
    cells.close();
  }
}
