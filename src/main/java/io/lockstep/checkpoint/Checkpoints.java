package io.lockstep.checkpoint;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: a folder of any filesystem that Hadoop knows, with a file {@code
 * step-000000120.safetensors} for each, written beside its name and moved into place.
 */
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})\\.safetensors");

  private final FileSystem files;
  private final Path folder;

  private Checkpoints(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * A checkpoint that was found whole.
   *
   * @param file its full name
   * @param checkpoint what is in it
   */
  public record Found(String file, Checkpoint checkpoint) {
    /** The same without what is in it. */
    public CheckpointWriter.Written written() {
      return new CheckpointWriter.Written(checkpoint.state().position().step(), file);
    }
  }

  private record Entry(long step, Path path, long size) {}

  /**
   * Those in {@code folder}, which is made when the first is written.
   *
   * @param folder a path or URI; without a scheme, of Hadoop's default filesystem
   * @throws InvalidInputException if there is no such filesystem
   */
  public static Checkpoints at(String folder, Configuration hadoop) {
    try {
      Path path = new Path(folder);
      FileSystem files = path.getFileSystem(hadoop);
      // Ours is the checksum, over everything and in the file itself: no sidecars beside it.
      return files instanceof ChecksumFileSystem checked
          ? new Checkpoints(checked.getRawFileSystem(), path)
          : new Checkpoints(files, path);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "Checkpoint folder " + folder + " can't be used: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "Checkpoint folder " + folder + " can't be used: " + WholeFiles.reason(e), e);
    }
  }

  /** Where they are, for messages. */
  public String folder() {
    return shown(folder);
  }

  /** A local file without its scheme, as a user types it. */
  private static String shown(Path path) {
    return path.toUri().getScheme() == null || path.toUri().getScheme().equals("file")
        ? path.toUri().getPath()
        : path.toString();
  }

  /** Whether there is none, damaged ones included. */
  public boolean isEmpty() {
    return entries().isEmpty();
  }

  /**
   * The newest that is whole.
   *
   * @param notices hears, in a line each, of newer ones that are damaged
   * @return empty if there is none at all
   * @throws InvalidInputException if there are some, but all are damaged
   */
  public Optional<Found> newest(Consumer<String> notices) {
    List<Entry> entries = entries();
    InvalidInputException lastDamage = null;
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry entry = entries.get(i);
      String name = shown(entry.path);
      try {
        return Optional.of(
            new Found(name, CheckpointFile.read(name, entry.size, () -> files.open(entry.path))));
      } catch (InvalidInputException damage) {
        lastDamage = damage;
        if (i > 0) {
          notices.accept(damage.getMessage() + " Going back to the one before.");
        }
      } catch (IOException | FSError e) {
        throw failed(entry.path, "read", e);
      }
    }
    if (lastDamage != null) {
      throw new InvalidInputException(
          String.format(
              "None of the %d checkpoints in %s is whole. %s Start a new run without --resume.",
              entries.size(), folder(), lastDamage.getMessage()),
          lastDamage);
    }
    return Optional.empty();
  }

  /**
   * Writes {@code checkpoint}, then deletes all but the {@code keep} newest up to it, and those of
   * later steps, which it contradicts.
   *
   * @return its full name
   * @throws UncheckedIOException naming the file; those that were there are still whole
   */
  public String write(Checkpoint checkpoint, int keep) {
    long step = checkpoint.state().position().step();
    Path path = new Path(folder, String.format(Locale.ROOT, "step-%09d.safetensors", step));
    Path beside = new Path(folder, "." + path.getName() + ".part");
    try {
      try {
        files.mkdirs(folder);
        try (FSDataOutputStream out = files.create(beside, true)) {
          CheckpointFile.write(checkpoint, out);
          if (out.hasCapability(StreamCapabilities.HSYNC)) {
            out.hsync();
          }
        }
        files.delete(path, false);
        if (!files.rename(beside, path)) {
          throw new IOException("it can't be moved into place");
        }
      } finally {
        files.delete(beside, false);
      }
    } catch (IOException | FSError e) {
      throw failed(path, "written", e);
    }
    retain(step, keep);
    return shown(path);
  }

  private void retain(long step, int keep) {
    List<Entry> entries = entries();
    entries.stream().filter(entry -> entry.step > step).forEach(this::delete);
    entries.removeIf(entry -> entry.step > step);
    entries.subList(0, Math.max(0, entries.size() - keep)).forEach(this::delete);
  }

  /** A checkpoint too many is no reason to end a run: the log says that it could not go. */
  private void delete(Entry entry) {
    try {
      files.delete(entry.path, false);
    } catch (IOException | FSError e) {
      LOG.warn("{}", failed(entry.path, "deleted", e).getMessage());
    }
  }

  /** Hadoop's local filesystem makes an {@link FSError} of what the disk said. */
  private static UncheckedIOException failed(Path path, String what, Throwable failure) {
    Throwable cause = failure instanceof FSError ? failure.getCause() : failure;
    IOException io = cause instanceof IOException known ? known : new IOException(failure);
    return new UncheckedIOException(
        String.format("%s can't be %s: %s", shown(path), what, WholeFiles.reason(io)), io);
  }

  /** All there are, by step. */
  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(folder)) {
        Matcher name = NAME.matcher(status.getPath().getName());
        if (name.matches()) {
          entries.add(new Entry(Long.parseLong(name.group(1)), status.getPath(), status.getLen()));
        }
      }
    } catch (FileNotFoundException e) {
      return entries; // nothing was written yet
    } catch (IOException e) {
      throw failed(folder, "listed", e);
    }
    entries.sort(Comparator.comparingLong(Entry::step));
    return entries;
  }
}
