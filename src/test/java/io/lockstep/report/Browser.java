package io.lockstep.report;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A Chromium without a window, led over its DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/).
 */
final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome");
  private static final String LISTENING = "DevTools listening on ";
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<Config> messages = new LinkedBlockingQueue<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private boolean loaded;
  private int lastId;
  private final Map<String, Object> session = new LinkedHashMap<>();

  /** The one on the path of this machine, if there is one. */
  static Optional<Path> find() {
    return NAMES.stream()
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts {@code executable} with its files in {@code profile}. */
  Browser(Path executable, Path profile) throws IOException {
    process =
        new ProcessBuilder(
                executable.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address(process.errorReader()), new Receiver())
            .join();
    Config target = call("Target.createTarget", Map.of("url", "about:blank"));
    session.put(
        "sessionId",
        call(
                "Target.attachToTarget",
                Map.of("targetId", target.getString("targetId"), "flatten", true))
            .getString("sessionId"));
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  private static URI address(BufferedReader said) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread drain = new Thread(() -> said.lines().forEach(rest -> {}), "chromium-stderr");
        drain.setDaemon(true);
        drain.start();
        return URI.create(line.substring(LISTENING.length()).strip());
      }
      all.append(line).append('\n');
    }
    throw new IOException("Chromium ended before it listened: " + all);
  }

  /** Puts together what comes in pieces. */
  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      message.append(piece);
      if (last) {
        messages.add(
            ConfigFactory.parseString(
                message.toString(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private Config call(String method, Map<String, ?> parameters) {
    int id = ++lastId;
    Map<String, Object> message = new LinkedHashMap<>(session);
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    socket
        .sendText(ConfigValueFactory.fromMap(message).render(ConfigRenderOptions.concise()), true)
        .join();
    while (true) {
      Config answer = next(method);
      if (answer.hasPath("id") && answer.getInt("id") == id) {
        if (!answer.hasPath("result")) {
          throw new IllegalStateException(method + ": " + answer);
        }
        return answer.getConfig("result");
      }
    }
  }

  /** The next message; what the page did is kept. */
  private Config next(String awaited) {
    try {
      Config message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException("Chromium does not answer " + awaited);
      }
      if (message.hasPath("method")) {
        remember(message.getString("method"), message.getConfig("params"));
      }
      return message;
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void remember(String event, Config what) {
    switch (event) {
      case "Page.loadEventFired" -> loaded = true;
      case "Network.requestWillBeSent" -> requests.add(what.getString("request.url"));
      case "Runtime.exceptionThrown" -> problems.add("" + what.getConfig("exceptionDetails"));
      case "Log.entryAdded" -> problems.add("" + what.getConfig("entry"));
      case "Runtime.consoleAPICalled" -> problems.add("" + what.getList("args"));
      default -> {} // is no concern of a page's test
    }
  }

  /** Opens {@code page} on a screen of {@code width} pixels. */
  void open(Path page, int width, boolean isDark) {
    problems.clear();
    requests.clear();
    loaded = false;
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    while (!loaded) {
      next("Page.loadEventFired");
    }
    evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  }

  /** What {@code script} comes to in the page, as text. */
  String evaluate(String script) {
    Config result =
        call("Runtime.evaluate", Map.of("expression", script, "awaitPromise", true))
            .getConfig("result");
    return result.hasPath("value") ? result.getValue("value").unwrapped().toString() : "" + result;
  }

  /** What the page complained of since it was opened. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What it asked for since then, itself included. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Presses {@code key}, such as ArrowRight. */
  void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      call("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key));
    }
  }

  /** Writes the whole page as PNG. */
  void picture(Path file) throws IOException {
    Config size = call("Page.getLayoutMetrics", Map.of()).getConfig("cssContentSize");
    Config picture =
        call(
            "Page.captureScreenshot",
            Map.of(
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x",
                    0,
                    "y",
                    0,
                    "width",
                    size.getDouble("width"),
                    "height",
                    size.getDouble("height"),
                    "scale",
                    1)));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(picture.getString("data")));
  }

  /** Returns when nobody writes to the profile any more. */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    session.clear();
    call("Browser.close", Map.of());
    all.forEach(
        each -> {
          try {
            each.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException | ExecutionException | TimeoutException e) {
            each.destroyForcibly();
          }
        });
    socket.abort();
  }
}
