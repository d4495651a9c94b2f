package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.IdxFile;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * {@code spark.read().format("mnist").option("split", "train").load(folder)}: IDX files with
 * MNIST's names, gzipped or not, on any Hadoop filesystem.
 *
 * <p>Options: {@code split}, train or test (default train).
 */
public final class MnistDataSource extends ImageDataSource {
  @Override
  public String shortName() {
    return "mnist";
  }

  @Override
  ImageRows rows(CaseInsensitiveStringMap options) {
    String folder = options.get("path");
    if (folder == null) {
      throw new InvalidInputException(
          "format(\"mnist\") needs the folder of the IDX files: call load(folder).");
    }
    Split split = Split.ofFiles(options.getOrDefault("split", "train"));
    try {
      Files files =
          new Files(
              find(folder, MnistFiles.imagesName(split)),
              find(folder, MnistFiles.labelsName(split)),
              0);
      IdxFile.Header header = IdxFile.imageHeader(files.images, source(files.images));
      return new Files(files.images, files.labels, header.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static String find(String folder, String name) throws IOException {
    for (String candidate : MnistFiles.spellings(name)) {
      Path path = new Path(folder, candidate);
      if (path.getFileSystem(SparkHadoopUtil.get().conf()).exists(path)) {
        return path.toString();
      }
    }
    throw new FileNotFoundException(folder + " has no " + name + " (nor " + name + ".gz).");
  }

  /** Opens {@code file}, on whatever filesystem of Hadoop's it is. */
  static IdxFile.Source source(String file) {
    return () -> open(file);
  }

  private static InputStream open(String file) throws IOException {
    Path path = new Path(file);
    return path.getFileSystem(SparkHadoopUtil.get().conf()).open(path);
  }

  private record Files(String images, String labels, int rows) implements ImageRows {
    @Override
    public LabeledImages slice(int from, int to) throws IOException {
      IdxFile.Header header = IdxFile.imageHeader(images, source(images));
      return new LabeledImages(
          header.height(),
          header.width(),
          IdxFile.images(images, source(images), from, to),
          IdxFile.labels(labels, source(labels), from, to));
    }
  }
}
