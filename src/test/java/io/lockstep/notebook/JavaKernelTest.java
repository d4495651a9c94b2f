package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import java.util.List;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JavaKernelTest {
  private static JupyterConnection connection;
  private static JavaKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    connection =
        new JupyterConnection(
            new KernelConnectionProperties(
                "127.0.0.1", 1, 2, 3, 4, 5, "tcp", "hmac-sha256", "key")); // it is never opened
    kernel = KernelMain.start(connection);
  }

  @AfterAll
  static void stop() {
    kernel.onShutdown(false);
    connection.close();
  }

  @Test
  void start_ofTheKernel_isFoundByCellsAndHandlesWhatComes() {
    assertSame(kernel, BaseKernel.notebookKernel());
    assertNotNull(connection.getHandler(MessageType.EXECUTE_REQUEST));
  }

  @Test
  void cell_severalSnippets_givesTheValueOfItsLastExpression() {
    assertEquals(
        42,
        kernel.evalRaw("int six = 6;\nint twice(int n) {\n  return 2 * n;\n}\ntwice(six) + 30"));
    assertEquals(List.of(6, 7), kernel.evalRaw("List.of(six, 7)"), "cells share their names");
  }

  @Test
  void cell_endsInADeclarationOrAStatement_givesNothing() {
    assertNull(kernel.evalRaw("var words = List.of(\"a\")"));
    assertNull(kernel.evalRaw("for (int i = 0; i < 2; i++) {\n  words.get(0);\n}"));
  }

  @Test
  void cell_rendersHtml_givesHtml() {
    assertEquals(
        "<b>bold</b>",
        kernel.eval("render(\"<b>bold</b>\", \"text/html\")").getData(MIMEType.TEXT_HTML));
  }

  @Test
  void cell_thatIsNoJava_saysWhere() {
    CellException unknown =
        assertThrows(CellException.class, () -> kernel.evalRaw("int fine = 1;\nint n = nowhere;"));
    assertEquals(
        List.of(
            "int n = nowhere;",
            "cannot find symbol",
            "  symbol:   variable nowhere",
            "  location: class"),
        kernel.formatError(unknown).stream()
            .map(line -> line.replaceFirst("class .*", "class"))
            .toList());

    CellException early = assertThrows(CellException.class, () -> kernel.evalRaw("if (true) {"));
    assertEquals(
        "The cell ends too early, or is no Java, from here:\nif (true) {", early.getMessage());
  }

  @Test
  void cell_thatThrows_failsWithThat() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> kernel.evalRaw("throw new IllegalStateException(\"no\")"));
    assertEquals("no", thrown.getMessage());
    assertTrue(kernel.formatError(thrown).size() > 2, "with its stack trace");

    assertEquals(
        List.of("Run file x is not a file.", "Choose one."),
        kernel.formatError(new InvalidInputException("Run file x is not a file.\nChoose one.")),
        "a person's mistake without");
  }

  @Test
  void cell_interrupted_stops() throws Exception {
    Thread cell =
        new Thread(
            () ->
                assertThrows(
                    InterruptedException.class, () -> kernel.evalRaw("Thread.sleep(600_000);")));
    cell.start();
    while (cell.isAlive()) { // it may not have begun yet
      kernel.interrupt();
      cell.join(10);
    }
    assertEquals(2, kernel.evalRaw("1 + 1"), "the kernel goes on");
  }

  @Test
  void completion_ofAName_offersIt() {
    assertTrue(kernel.complete("System.getPro", 13).getReplacements().contains("getProperty("));
    assertEquals(7, kernel.complete("System.getPro", 13).getSourceStart());
  }

  @Test
  void isComplete_ofCode_tellsWhatIsMissing() {
    assertEquals(BaseKernel.IS_COMPLETE_YES, kernel.isComplete("int a = 1;"));
    assertEquals("", kernel.isComplete("if (true) {"));
    assertEquals(BaseKernel.IS_COMPLETE_BAD, kernel.isComplete("1 + )"));
  }

  @Test
  void main_withoutConnectionFile_saysWhoStartsIt() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> KernelMain.main(new String[0]));

    assertEquals(
        "A kernel needs one argument, Jupyter's connection file, but has 0. Jupyter starts it: see"
            + " submit/notebook.sh.",
        e.getMessage());
  }
}
