package io.lockstep.distributed;

import io.lockstep.data.FeatureFile;
import io.lockstep.data.Features;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a worker's shards together from their pieces, which come in any order.
 *
 * @param layout of the rows
 * @param files whether their features go to files as they come, else they are in memory
 */
record ShardAssembly(ShardedData.Layout layout, boolean files) implements Serializable {
  /** The shards of worker {@code worker}. */
  ShardGroup assemble(int worker, Iterator<Piece> pieces) {
    int first = ShardGroup.firstShard(worker, layout.workers(), layout.shards());
    int end = ShardGroup.firstShard(worker + 1, layout.workers(), layout.shards());
    Map<Split, List<Parts>> parts = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      parts.put(split, new ArrayList<>());
      for (int shard = first; shard < end; shard++) {
        parts.get(split).add(new Parts(shard));
      }
    }
    try {
      while (pieces.hasNext()) {
        Piece piece = pieces.next();
        parts.get(piece.split()).get(piece.shard() - first).add(piece);
      }
      Map<Split, List<Shard>> splits = new EnumMap<>(Split.class);
      parts.forEach(
          (split, shards) ->
              splits.put(split, new ArrayList<>(shards.stream().map(Parts::shard).toList())));
      return new ShardGroup(first, splits);
    } finally {
      parts.values().forEach(shards -> shards.forEach(Parts::close));
    }
  }

  /** What there is of one shard. */
  private final class Parts implements AutoCloseable {
    private final int number;
    private final List<Piece> pieces = new ArrayList<>();
    private Optional<FeatureFile> file = Optional.empty();

    private Parts(int number) {
      this.number = number;
    }

    private void add(Piece piece) {
      if (!files) {
        pieces.add(piece);
        return;
      }
      if (file.isEmpty()) {
        Path folder = SparkInternals.localFolder(number);
        boolean bytes = piece.features() instanceof Features.Bytes;
        file = Optional.of(new FeatureFile(folder, layout.width(), bytes));
      }
      // Row i of a split is row i / S of its shard.
      file.get().write(piece.firstRow() / layout.shards(), piece.features());
      pieces.add(piece.withoutFeatures());
    }

    private Shard shard() {
      pieces.sort(Comparator.comparingLong(Piece::firstRow));
      int rows = 0;
      for (Piece piece : pieces) {
        rows = Math.addExact(rows, piece.labels().length);
      }
      int[] labels = new int[rows];
      boolean weighted = !pieces.isEmpty() && pieces.get(0).weights().length > 0;
      float[] weights = new float[weighted ? rows : 0];
      int next = 0;
      for (Piece piece : pieces) {
        System.arraycopy(piece.labels(), 0, labels, next, piece.labels().length);
        System.arraycopy(piece.weights(), 0, weights, weighted ? next : 0, piece.weights().length);
        next += piece.labels().length;
      }
      return new Shard(number, features(), labels, weights);
    }

    private Features features() {
      if (file.isPresent()) {
        return file.get().map();
      }
      List<Features> all = pieces.stream().map(Piece::features).toList();
      return all.isEmpty() ? Features.none(layout.width()) : all.get(0).concat(all);
    }

    /** Of a file that is not mapped, nothing is left. */
    @Override
    public void close() {
      file.ifPresent(FeatureFile::close);
    }
  }
}
