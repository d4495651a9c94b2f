package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistDownloadTest {
  private static final String FIRST = "t10k-images-idx3-ubyte";
  private static final byte[] ABC = IdxBytes.gzip(new byte[] {'a', 'b', 'c'});

  @TempDir private Path parent;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private Path folder;

  @BeforeEach
  void startServer() throws IOException {
    folder = parent.resolve("mnist");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/wrong/",
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(200, ABC.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(ABC);
          }
        });
    server.createContext(
        "/endless/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] zeros = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 400; i++) {
              out.write(zeros);
            }
          }
        });
    server.createContext(
        "/short/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(ABC);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void into_wrongBytes_saysBothChecksumsAndLeavesNothing() throws IOException {
    assertEquals(
        host()
            + ": MalformedFile: t10k-images-idx3-ubyte must have MD5"
            + " 2646ac647ad5339dbf082846283269ea, but has 900150983cd24fb0d6963f7d28e17f72",
        failure(mirror("wrong")));
    assertEquals(List.of(), filesLeft());
  }

  @Test
  void into_missingFile_saysWhichAndLeavesNothing() throws IOException {
    URI absent = mirror("absent");

    assertEquals(host() + ": FileNotFound: " + absent.resolve(FIRST + ".gz"), failure(absent));
    assertEquals(List.of(), filesLeft());
  }

  @Test
  void into_moreBytesThanMnistHas_givesUpAndLeavesNothing() throws IOException {
    assertEquals(
        host() + ": MalformedFile: more than 20000000 bytes: not MNIST",
        failure(mirror("endless")));
    assertEquals(List.of(), filesLeft());
  }

  @Test
  void into_connectionThatBreaks_leavesNothing() throws IOException {
    failure(mirror("short"));

    assertEquals(List.of(), filesLeft());
  }

  @Test
  void into_noMirror_saysSo() {
    assertEquals("there is no mirror", failure());
  }

  @Test
  void into_severalMirrors_triesEachInOrderAndReportsTheLast() {
    assertEquals(
        host() + ": MalformedFile: more than 20000000 bytes: not MNIST",
        failure(mirror("wrong"), mirror("absent"), mirror("endless")));
    assertEquals(List.of("/wrong/" + FIRST + ".gz"), requests);
  }

  @Test
  void into_wrongFileInTheFolder_isLeftAsItWas() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(FIRST + ".gz"), ABC);

    failure(mirror("wrong"));

    assertEquals(List.of(FIRST + ".gz"), filesLeft());
    assertArrayEquals(ABC, Files.readAllBytes(folder.resolve(FIRST + ".gz")));
  }

  @Test
  void into_progress_isToldNameSizeAndBytes() {
    List<String> told = new ArrayList<>();

    assertThrows(
        IOException.class,
        () ->
            MnistDownload.into(
                folder,
                List.of(mirror("wrong")),
                (file, bytes) -> {
                  told.add(file + " " + bytes);
                  return n -> told.add("+" + n);
                }));

    assertEquals(List.of(FIRST + ".gz " + ABC.length, "+" + ABC.length), told);
  }

  private String failure(URI... mirrors) {
    return assertThrows(
            IOException.class,
            () -> MnistDownload.into(folder, List.of(mirrors), (file, bytes) -> n -> {}))
        .getMessage();
  }

  private String host() {
    return server.getAddress().getHostString();
  }

  private URI mirror(String path) {
    return URI.create("http://" + host() + ":" + server.getAddress().getPort() + "/" + path + "/");
  }

  private List<String> filesLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
