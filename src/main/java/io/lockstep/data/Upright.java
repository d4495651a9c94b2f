package io.lockstep.data;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * A picture as it is to be looked at. A camera writes its sensor's rows and marks how it was held:
 * tag 0x0112 of "Exchangeable image file format", CIPA DC-008.
 *
 * @param picture turned and mirrored as the mark says
 * @param steps what was done to it, a line each
 */
public record Upright(BufferedImage picture, List<String> steps) {

  /** The marks by their number, from 1: where the first row and the first column are to be seen. */
  private enum Orientation {
    TOP_LEFT(false, false, false, ""),
    TOP_RIGHT(false, true, false, "mirrored left to right"),
    BOTTOM_RIGHT(false, true, true, "turned by 180 degrees"),
    BOTTOM_LEFT(false, false, true, "mirrored top to bottom"),
    LEFT_TOP(true, false, false, "mirrored left to right and turned left by 90 degrees"),
    RIGHT_TOP(true, false, true, "turned right by 90 degrees"),
    RIGHT_BOTTOM(true, true, true, "mirrored left to right and turned right by 90 degrees"),
    LEFT_BOTTOM(true, true, false, "turned left by 90 degrees");

    private final boolean rowsAreColumns;
    private final boolean fromLastColumn;
    private final boolean fromLastRow;
    private final String step;

    Orientation(boolean rowsAreColumns, boolean fromLastColumn, boolean fromLastRow, String step) {
      this.rowsAreColumns = rowsAreColumns;
      this.fromLastColumn = fromLastColumn;
      this.fromLastRow = fromLastRow;
      this.step = step;
    }

    private BufferedImage of(BufferedImage stored) {
      int width = rowsAreColumns ? stored.getHeight() : stored.getWidth();
      int height = rowsAreColumns ? stored.getWidth() : stored.getHeight();
      WritableRaster from = stored.getRaster();
      WritableRaster to = from.createCompatibleWritableRaster(width, height);
      Object pixel = null;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int column = rowsAreColumns ? y : x;
          int row = rowsAreColumns ? x : y;
          pixel =
              from.getDataElements(
                  fromLastColumn ? stored.getWidth() - 1 - column : column,
                  fromLastRow ? stored.getHeight() - 1 - row : row,
                  pixel);
          to.setDataElements(x, y, pixel);
        }
      }
      return new BufferedImage(stored.getColorModel(), to, stored.isAlphaPremultiplied(), null);
    }
  }

  /**
   * The picture that {@code stored} is of.
   *
   * @param file that it was read from, with what is said beside its pixels
   */
  public static Upright of(byte[] file, BufferedImage stored) {
    Integer mark;
    try {
      mark = mark(file);
    } catch (ImageProcessingException | IOException | RuntimeException e) { // for damaged files
      return new Upright(stored, List.of("as it is stored: what is said of it can't be read"));
    }
    if (mark == null || mark <= 1 || mark > Orientation.values().length) {
      return new Upright(stored, List.of());
    }
    Orientation orientation = Orientation.values()[mark - 1];
    return new Upright(
        orientation.of(stored), List.of("EXIF orientation " + mark + ": " + orientation.step));
  }

  /** Null if there is none. */
  private static Integer mark(byte[] file) throws ImageProcessingException, IOException {
    ExifIFD0Directory exif =
        ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length)
            .getFirstDirectoryOfType(ExifIFD0Directory.class);
    return exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
  }
}
