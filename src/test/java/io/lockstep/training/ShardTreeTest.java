package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.data.ShardGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTreeTest {
  private static final int SHARDS = 8;
  private static final int PARAMETERS = 50;
  private static final GradientRounding NONE =
      new GradientRounding(
          GradientFormat.FLOAT32, new RunningStatistics(Runs.smallCnn(), 0, PARAMETERS));

  @Test
  void nodes_anyRange_coverItAndAreAlignedAndMaximal() {
    for (int first = 0; first < 32; first++) {
      for (int end = first; end <= 32; end++) {
        int next = first;
        List<ShardRange> nodes = ShardTree.nodes(first, end);
        for (ShardRange node : nodes) {
          assertEquals(next, node.first());
          assertEquals(1, Integer.bitCount(node.count()));
          assertEquals(0, node.first() % node.count());
          int parent = node.first() / (2 * node.count()) * (2 * node.count());
          assertFalse(
              parent >= first && parent + 2 * node.count() <= end,
              () -> node + " is half of a node that fits");
          next += node.count();
        }
        assertEquals(end, next);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8})
  void root_anyHolders_hasTheBitsOfTheTree(int holders) {
    GradientSum root = (GradientSum) ShardTree.root(SHARDS, reports(holders));

    assertIsTheTree(root);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8})
  void gradientRoot_addedInSlices_hasTheBitsOfTheTree(int holders) {
    ShardTree.GradientRoot root = ShardTree.gradientRoot(SHARDS, reports(holders));
    int length = root.total().gradient().length;
    int cut = length / 3;
    root.add(cut, length, NONE);
    root.add(0, cut, NONE);

    assertIsTheTree(root.total());
  }

  private static List<RangeSum> reports(int holders) {
    List<RangeSum> reports = new ArrayList<>();
    for (int holder = 0; holder < holders; holder++) {
      int first = ShardGroup.firstShard(holder, holders, SHARDS);
      int end = ShardGroup.firstShard(holder + 1, holders, SHARDS);
      for (ShardRange node : ShardTree.nodes(first, end)) {
        reports.add(new RangeSum(node.first(), node.count(), tree(node.first(), node.count())));
      }
    }
    Collections.shuffle(reports, new Random(holders)); // who came first does not matter
    return reports;
  }

  private static void assertIsTheTree(GradientSum root) {
    GradientSum expected = tree(0, SHARDS);
    assertArrayEquals(expected.gradient(), root.gradient());
    assertEquals(expected.lossSum(), root.lossSum());
    assertEquals(expected.correct(), root.correct());
    assertEquals(expected.examples(), root.examples());
  }

  @Test
  void root_sumsOfThisTest_dependOnTheOrderOfSummation() {
    // Else the test above could not fail.
    GradientSum chain = leaf(0);
    for (int shard = 1; shard < SHARDS; shard++) {
      chain.add(leaf(shard));
    }

    assertFalse(Arrays.equals(chain.gradient(), tree(0, SHARDS).gradient()));
  }

  @Test
  void root_missingShard_namesIt() {
    List<RangeSum> reports = List.of(new RangeSum(0, 4, leaf(0)), new RangeSum(6, 2, leaf(6)));

    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> ShardTree.root(SHARDS, reports));

    assertEquals("no worker reported shard 4", e.getMessage());
  }

  @Test
  void root_ofEvaluations_addsCountsAndLosses() {
    EvaluationSum left = new EvaluationSum(2, new long[] {1, 2, 3, 4}, 0.5);
    EvaluationSum right = new EvaluationSum(2, new long[] {10, 20, 30, 40}, 0.25);

    EvaluationSum root =
        (EvaluationSum)
            ShardTree.root(2, List.of(new RangeSum(1, 1, right), new RangeSum(0, 1, left)));

    assertArrayEquals(new long[] {11, 22, 33, 44}, root.confusion());
    assertEquals(0.75, root.lossSum());
  }

  /** The tree's definition: the left half plus the right half. */
  private static GradientSum tree(int first, int count) {
    if (count == 1) {
      return leaf(first);
    }
    GradientSum left = tree(first, count / 2);
    left.add(tree(first + count / 2, count / 2));
    return left;
  }

  private static GradientSum leaf(int shard) {
    SplittableRandom random = new SplittableRandom(shard);
    float[] gradient = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      gradient[i] = (float) (random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-3, 4)));
    }
    return new GradientSum(gradient, random.nextDouble(), random.nextInt(10), 10, 10);
  }
}
