package io.lockstep.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local filesystem as {@code faulty://}, with a disk that can be full. */
public final class FaultyFileSystem extends RawLocalFileSystem {
  private static final String FREE_BYTES = "faulty.free.bytes";

  /** A Hadoop that knows it, with room for {@code freeBytes} in each file. */
  static Configuration hadoop(long freeBytes) {
    Configuration hadoop = new Configuration(false);
    hadoop.setClass("fs.faulty.impl", FaultyFileSystem.class, FaultyFileSystem.class);
    hadoop.setBoolean("fs.faulty.impl.disable.cache", true);
    hadoop.setLong(FREE_BYTES, freeBytes);
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    OutputStream file = super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new FullDisk(file, getConf().getLong(FREE_BYTES, 0)), null);
  }

  private static final class FullDisk extends OutputStream {
    private final OutputStream file;
    private long freeBytes;

    private FullDisk(OutputStream file, long freeBytes) {
      this.file = file;
      this.freeBytes = freeBytes;
    }

    @Override
    public void write(int b) throws IOException {
      if (--freeBytes < 0) {
        throw new IOException("No space left on device");
      }
      file.write(b);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
