package io.lockstep.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is drawn on a sheet, piece by piece: strokes that hang together, and specks. */
final class InkPieces {
  /** A piece smaller than this part of the largest is a speck. */
  private static final double SPECK = 0.05;

  /** Beside another of this part of its size, a piece at the picture's edge is no part of it. */
  private static final double RIVAL = 0.25;

  private final float[] ink;
  private final int width;
  private final int height;

  InkPieces(float[] ink, int width) {
    this.ink = ink;
    this.width = width;
    this.height = ink.length / width;
  }

  /** Pixels that hang together. */
  private record Piece(List<Integer> pixels, boolean isAtEdge) {
    int size() {
      return pixels.size();
    }
  }

  /** Wipes specks, and what reaches in from the edge; returns how many pieces that were. */
  int clean() {
    List<Piece> pieces = find();
    int largestInside =
        pieces.stream().filter(piece -> !piece.isAtEdge).mapToInt(Piece::size).max().orElse(0);
    int largest = pieces.stream().mapToInt(Piece::size).max().orElse(0);
    boolean edgeIsForeign = largestInside > RIVAL * largest;
    double least = SPECK * (edgeIsForeign ? largestInside : largest);
    List<Piece> foreign =
        pieces.stream()
            .filter(piece -> piece.size() < least || (edgeIsForeign && piece.isAtEdge))
            .toList();
    foreign.forEach(piece -> piece.pixels.forEach(pixel -> ink[pixel] = 0));
    return foreign.size();
  }

  private List<Piece> find() {
    boolean[] seen = new boolean[ink.length];
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] > 0 && !seen[i]) {
        pieces.add(from(i, seen));
      }
    }
    pieces.sort(Comparator.comparingInt(Piece::size));
    return pieces;
  }

  private Piece from(int first, boolean[] seen) {
    List<Integer> pixels = new ArrayList<>(List.of(first));
    seen[first] = true;
    boolean isAtEdge = false;
    for (int next = 0; next < pixels.size(); next++) {
      int x = pixels.get(next) % width;
      int y = pixels.get(next) / width;
      isAtEdge |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
      for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          int pixel = row * width + column;
          if (ink[pixel] > 0 && !seen[pixel]) {
            seen[pixel] = true;
            pixels.add(pixel);
          }
        }
      }
    }
    return new Piece(pixels, isAtEdge);
  }

  /** Mean width of the strokes in pixels: twice their area by the length of their outline. */
  double strokeWidth() {
    double area = 0;
    double outline = 0;
    for (int i = 0; i < ink.length; i++) {
      boolean inked = ink[i] > 0;
      boolean right = i % width + 1 < width && ink[i + 1] > 0;
      boolean below = i + width < ink.length && ink[i + width] > 0;
      area += inked ? 1 : 0;
      outline += (inked == right ? 0 : 1) + (inked == below ? 0 : 1);
    }
    return outline == 0 ? 0 : 2 * area / (outline * Math.PI / 4); // of lines in all directions
  }

  /** Inks every pixel within {@code radius} of ink, fading out over a pixel. */
  void thicken(double radius) {
    int reach = (int) Math.ceil(radius);
    float[] thin = ink.clone();
    for (int i = 0; i < thin.length; i++) {
      if (thin[i] > 0) {
        spread(i, thin[i], radius, reach);
      }
    }
  }

  private void spread(int pixel, float amount, double radius, int reach) {
    int x = pixel % width;
    int y = pixel / width;
    for (int row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
      for (int column = Math.max(0, x - reach);
          column <= Math.min(width - 1, x + reach);
          column++) {
        double distance = Math.hypot(column - x, row - y);
        double share = Math.max(0, Math.min(1, radius + 0.5 - distance));
        int at = row * width + column;
        ink[at] = Math.max(ink[at], (float) (amount * share));
      }
    }
  }
}
