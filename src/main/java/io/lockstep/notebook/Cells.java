package io.lockstep.notebook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Cells of Java, one after another, in this JVM: JShell over the class path of this process, with
 * the imports that JJava has too.
 */
final class Cells implements AutoCloseable {
  private static final String IMPORTS =
      List.of(
              "java.io.*",
              "java.math.*",
              "java.net.*",
              "java.nio.file.*",
              "java.util.*",
              "java.util.concurrent.*",
              "java.util.function.*",
              "java.util.regex.*",
              "java.util.stream.*",
              "static org.dflib.jjava.jupyter.kernel.BaseNotebookStatics.*")
          .stream()
          .map(name -> "import " + name + ";")
          .collect(Collectors.joining("\n"));

  private final Results results = new Results();
  private final JShell shell;
  private volatile Thread running;

  Cells() {
    shell =
        JShell.builder()
            .executionEngine(results, Map.of())
            .compilerOptions("-classpath", System.getProperty("java.class.path"))
            .build();
    run(IMPORTS);
  }

  /** Runs cells in this JVM, and keeps what came out of the last expression. */
  private static final class Results implements ExecutionControlProvider {
    private Object value;
    private Throwable failure;

    @Override
    public String name() {
      return "lockstep";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return new LocalExecutionControl() {
        @Override
        protected String invoke(Method method) throws Exception {
          try {
            value = method.invoke(null);
            return ""; // nobody reads it
          } catch (InvocationTargetException e) {
            failure = e.getCause();
            throw e;
          }
        }
      };
    }
  }

  /**
   * Runs {@code cell}.
   *
   * @return the value of its last line if that is an expression, else null
   * @throws CellException if it is no Java
   */
  Object run(String cell) {
    running = Thread.currentThread();
    try {
      Object last = null;
      for (String snippet : snippets(cell)) {
        last = evaluate(snippet);
      }
      return last;
    } finally {
      running = null;
    }
  }

  private List<String> snippets(String cell) {
    List<String> snippets = new ArrayList<>();
    String rest = cell;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      if (!info.completeness().isComplete()) {
        throw new CellException("The cell ends too early, or is no Java, from here:\n" + rest);
      }
      snippets.add(info.source());
      rest = info.remaining();
    }
    return snippets;
  }

  private Object evaluate(String source) {
    results.value = null;
    results.failure = null;
    List<SnippetEvent> events = shell.eval(source);
    if (results.failure != null) {
      Cells.<RuntimeException>rethrow(results.failure);
    }
    Object value = null;
    for (SnippetEvent event : events) {
      if (event.status() == Snippet.Status.REJECTED) {
        throw new CellException(diagnostics(event.snippet()));
      }
      if (event.causeSnippet() == null) {
        boolean isExpression = event.snippet().kind() == Snippet.Kind.EXPRESSION;
        boolean isTemporary =
            event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
        value = isExpression || isTemporary ? results.value : null;
      }
    }
    return value;
  }

  /** A cell fails with what it threw. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable failure) throws T {
    throw (T) failure;
  }

  private String diagnostics(Snippet snippet) {
    return shell
        .diagnostics(snippet)
        .filter(Diag::isError)
        .map(error -> describe(snippet.source(), error))
        .collect(Collectors.joining("\n"));
  }

  private static String describe(String source, Diag error) {
    int start = Math.toIntExact(Math.min(error.getStartPosition(), source.length()));
    String line =
        source.substring(source.lastIndexOf('\n', Math.max(0, start - 1)) + 1, end(source, start));
    return line.strip() + "\n" + error.getMessage(Locale.ROOT);
  }

  private static int end(String source, int from) {
    int newline = source.indexOf('\n', from);
    return newline < 0 ? source.length() : newline;
  }

  /** What may stand at {@code position} of {@code code}, and the position where it begins. */
  Completions complete(String code, int position) {
    int[] anchor = {position};
    List<String> texts =
        shell.sourceCodeAnalysis().completionSuggestions(code, position, anchor).stream()
            .map(SourceCodeAnalysis.Suggestion::continuation)
            .distinct()
            .collect(Collectors.toList());
    return new Completions(texts, anchor[0]);
  }

  /**
   * Texts that may replace what stands between {@code start} and the cursor.
   *
   * @param texts each whole
   */
  record Completions(List<String> texts, int start) {}

  /** Whether {@code code} can run as it stands. */
  SourceCodeAnalysis.Completeness completeness(String code) {
    return shell.sourceCodeAnalysis().analyzeCompletion(code).completeness();
  }

  /** Interrupts the cell that runs, if any does. */
  void interrupt() {
    Thread thread = running;
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public void close() {
    shell.close();
  }
}
