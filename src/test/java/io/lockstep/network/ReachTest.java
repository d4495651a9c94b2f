package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.lanes.Distances;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Scales;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReachTest {
  private static final int HEIGHT = 9;
  private static final int WIDTH = 7;
  private static final int LANES = 2 * Lanes.COUNT;

  private static Stream<Arguments> windows() {
    return Stream.of(1, 2, 3, 5)
        .flatMap(
            kernel ->
                Stream.of(1, 2, 3, 4, 7)
                    .flatMap(
                        stride ->
                            Stream.of(0, 1, 2, 6)
                                .map(padding -> Arguments.of(kernel, stride, padding))));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void bands_anyWindow_sumForEachPixelThePositionsThatHaveIt(int kernel, int stride, int padding) {
    Shape.Image image = new Shape.Image(1, HEIGHT, WIDTH);
    Window window = new Window(kernel, stride, padding);
    Shape.Image output = window.over(image, 1);
    for (int only = 0; only < output.pixels(); only++) {
      Lanes gradient = Lanes.zeros(output.pixels(), LANES);
      for (int lane = 0; lane < LANES; lane++) {
        gradient.set(only, lane, lane + 1);
      }

      Lanes sums = sums(new Reach(image, window, LANES), gradient, image);

      for (int pixel = 0; pixel < image.pixels(); pixel++) {
        int inWindowY = pixel / WIDTH + padding - only / output.width() * stride;
        int inWindowX = pixel % WIDTH + padding - only % output.width() * stride;
        boolean has = inWindowY >= 0 && inWindowY < kernel && inWindowX >= 0 && inWindowX < kernel;
        for (int lane = 0; lane < LANES; lane++) {
          assertEquals(has ? lane + 1 : 0, sums.get(pixel, lane), "pixel " + pixel + " of " + only);
        }
      }
    }
  }

  private static Lanes sums(Reach reach, Lanes gradient, Shape.Image image) {
    Lanes sums = Lanes.zeros(image.pixels(), gradient.width());
    Arrays.fill(sums.data(), Float.NaN);
    for (Reach.Band band : reach.bands()) {
      for (Reach.Part part : band.parts()) {
        int perRow = part.columns().count();
        int[] back = new int[band.rows().count() * perRow];
        for (int i = 0; i < back.length; i++) {
          back[i] =
              -reach.distance(band.rows().from() + i / perRow, part.columns().from() + i % perRow);
        }
        Scales ones = Scales.of(1, new int[back.length]);
        ones.pack(new float[] {1}, 0, 0, 1);
        KernelChoice.current()
            .sumScaled(
                ones,
                gradient.data(),
                0,
                Distances.of(back),
                0,
                back.length,
                Kernels.First.zero(),
                sums.data(),
                0,
                0,
                part.pixels(),
                false);
      }
    }
    return sums;
  }
}
