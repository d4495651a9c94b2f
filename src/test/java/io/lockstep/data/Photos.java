package io.lockstep.data;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/** Pictures like photographs of digits on paper: unevenly lit, grainy, of any size. */
public final class Photos {
  /** The strokes of each digit, cubic curves in a unit square. */
  private static final double[][][] STROKES = {
    {{.5, 0, .0, .0, .0, 1, .5, 1, 1, 1, 1, 0, .5, 0}},
    {{.55, 0, .5, .3, .5, .7, .5, 1}},
    {{.1, .15, .2, -.1, .9, -.1, .8, .3, .7, .6, .3, .8, .05, 1, .3, .9, .7, 1, .95, .95}},
    {{.1, .1, .4, -.1, .9, .1, .4, .45, 1, .5, 1, 1.1, .1, .95}},
    {
      {.6, 0, .4, .3, .2, .5, .05, .65, .3, .63, .7, .63, 1, .63},
      {.7, .35, .72, .6, .7, .8, .68, 1}
    },
    {
      {
        .9, 0, .6, 0, .4, 0, .2, 0, .18, .2, .17, .3, .15, .45, .6, .3, 1, .7, .6, .95, .4, 1, .2,
        1, .1, .9
      }
    },
    {{.8, 0, .4, .1, .1, .4, .15, .75, .2, 1.1, .9, 1.1, .85, .7, .8, .45, .3, .45, .15, .75}},
    {{.05, .03, .3, 0, .7, 0, .95, .02, .7, .3, .5, .6, .4, 1}},
    {
      {
        .8, .15, .2, -.2, .0, .25, .5, .45, 1.1, .65, 1, 1, .5, 1, .0, 1, -.1, .65, .5, .45, .9, .3,
        .9, .2, .8, .15
      }
    },
    {{.85, .2, .5, -.15, .0, .1, .15, .35, .3, .6, .8, .5, .85, .2, .85, .5, .8, .8, .7, 1}}
  };

  private Photos() {}

  /**
   * A digit in the middle of a sheet.
   *
   * @param penWidth in pixels
   * @param sheet brightness of the sheet in the middle
   * @param ink brightness of the ink
   * @param slope how much lighter the sheet is at one corner than in the middle
   * @param grain standard deviation of the noise
   */
  public static BufferedImage digit(
      int digit,
      int width,
      int height,
      double penWidth,
      int sheet,
      int ink,
      int slope,
      double grain) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        set(picture, x, y, sheet + slope * ((double) x / width + (double) y / height - 1));
      }
    }
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(new Color(ink, ink, ink));
    graphics.setStroke(
        new BasicStroke((float) penWidth, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    AffineTransform place =
        new AffineTransform(0.4 * height * 0.6, 0, 0, 0.5 * height, width * 0.35, height * 0.2);
    for (double[] stroke : STROKES[digit]) {
      graphics.draw(place.createTransformedShape(path(stroke)));
    }
    graphics.dispose();
    addGrain(picture, grain);
    return picture;
  }

  private static Path2D path(double[] points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 6) {
      path.curveTo(
          points[i], points[i + 1], points[i + 2], points[i + 3], points[i + 4], points[i + 5]);
    }
    return path;
  }

  private static void addGrain(BufferedImage picture, double grain) {
    SplittableRandom random = new SplittableRandom(9);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        set(picture, x, y, (picture.getRGB(x, y) & 0xff) + grain * random.nextGaussian());
      }
    }
  }

  private static void set(BufferedImage picture, int x, int y, double brightness) {
    int grey = (int) Math.max(0, Math.min(255, brightness));
    picture.setRGB(x, y, grey << 16 | grey << 8 | grey);
  }
}
