package io.lockstep.data;

import java.util.SplittableRandom;

/**
 * The strokes of one way to write a digit: points in the unit square, x to the right, y down,
 * joined by smooth curves. A point given twice makes a corner.
 *
 * @param strokes stroke, point, {x, y}
 */
record Glyph(double[][][] strokes) {
  private static final Glyph[][] WAYS = {
    {
      glyph(
          stroke(.5, .0, .15, .15, .02, .5, .15, .85, .5, 1, .85, .85, .98, .5, .85, .15, .5, .0)),
      glyph(stroke(.62, .05, .3, .08, .08, .4, .12, .8, .42, 1, .8, .85, .95, .45, .8, .1, .5, .02))
    },
    {
      glyph(stroke(.5, .0, .5, .5, .5, 1)),
      glyph(stroke(.25, .25, .5, .0, .5, .0, .5, .5, .5, 1)),
      glyph(stroke(.25, .22, .5, .0, .5, .0, .5, .5, .5, 1), stroke(.2, 1, .5, 1, .8, 1))
    },
    {
      glyph(
          stroke(
              .08, .25, .3, .02, .7, .02, .9, .25, .7, .55, .35, .8, .05, 1, .05, 1, .5, 1, .98,
              1)),
      glyph(stroke(.1, .2, .4, .0, .8, .1, .85, .4, .5, .7, .12, .9, .1, 1, .3, .9, .6, .95, 1, 1))
    },
    {
      glyph(
          stroke(
              .1, .12, .4, .0, .8, .08, .85, .3, .4, .48, .4, .48, .85, .6, .92, .85, .55, 1, .05,
              .9)),
      glyph(
          stroke(
              .1, .02, .5, .02, .9, .02, .9, .02, .65, .25, .42, .42, .42, .42, .85, .55, .9, .85,
              .5, 1, .05, .92))
    },
    {
      glyph(
          stroke(.6, .0, .35, .35, .05, .65, .05, .65, .5, .65, .98, .65),
          stroke(.7, .3, .7, .65, .7, 1)),
      glyph(
          stroke(.15, .0, .12, .25, .1, .5, .1, .5, .5, .52, .9, .5),
          stroke(.85, .0, .82, .5, .8, 1))
    },
    {
      glyph(
          stroke(
              .9, .02, .5, .02, .15, .02, .15, .02, .12, .25, .1, .45, .1, .45, .5, .36, .88, .55,
              .85, .88, .45, 1, .05, .9)),
      glyph(
          stroke(.15, .02, .14, .25, .12, .45, .12, .45, .55, .38, .9, .6, .8, .9, .4, 1, .05, .88),
          stroke(.15, .02, .5, .03, .9, .0))
    },
    {
      glyph(stroke(.75, .0, .4, .2, .12, .55, .15, .88, .5, 1, .85, .85, .82, .6, .5, .5, .15, .7)),
      glyph(stroke(.6, .0, .3, .3, .08, .65, .25, .95, .6, 1, .85, .8, .7, .58, .4, .6, .12, .8))
    },
    {
      glyph(stroke(.02, .04, .5, .03, .95, .02, .95, .02, .65, .5, .4, 1)),
      glyph(
          stroke(.02, .06, .5, .04, .95, .02, .95, .02, .65, .5, .4, 1),
          stroke(.3, .5, .55, .5, .85, .48)),
      glyph(stroke(.05, .2, .06, .05, .06, .05, .5, .04, .95, .02, .95, .02, .62, .5, .5, 1))
    },
    {
      glyph(
          stroke(
              .8, .12, .5, .0, .18, .12, .25, .35, .5, .48, .8, .65, .85, .88, .5, 1, .15, .88, .2,
              .65, .5, .48, .78, .33, .8, .12)),
      glyph(
          stroke(.5, .0, .2, .08, .2, .38, .5, .46, .8, .38, .8, .08, .5, .0),
          stroke(.5, .46, .12, .58, .1, .9, .5, 1, .9, .9, .88, .58, .5, .46))
    },
    {
      glyph(
          stroke(
              .85, .3, .7, .05, .35, .0, .12, .2, .2, .45, .55, .5, .82, .32, .85, .3, .82, .65, .7,
              1)),
      glyph(
          stroke(
              .85, .2, .5, .0, .15, .15, .15, .4, .5, .5, .85, .3, .88, .15, .85, .6, .6, .95, .2,
              1))
    },
  };

  /** A way to write {@code digit}. */
  static Glyph of(int digit, SplittableRandom random) {
    Glyph[] ways = WAYS[digit];
    return ways[random.nextInt(ways.length)];
  }

  private static Glyph glyph(double[][]... strokes) {
    return new Glyph(strokes);
  }

  private static double[][] stroke(double... coordinates) {
    double[][] points = new double[coordinates.length / 2][];
    for (int i = 0; i < points.length; i++) {
      points[i] = new double[] {coordinates[2 * i], coordinates[2 * i + 1]};
    }
    return points;
  }
}
