package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameLimitTest {
  private static final int MOST = 100;

  private int exceeded;
  private final FrameLimit limit = new FrameLimit(MOST, () -> exceeded++);
  private final EmbeddedChannel channel = new EmbeddedChannel(limit);

  private static ByteBuf frames(long... lengths) {
    ByteBuf bytes = Unpooled.buffer();
    for (long length : lengths) {
      bytes.writeLong(length);
      int rest = (int) Math.max(Long.BYTES, Math.min(length, 2 * MOST)) - Long.BYTES;
      bytes.writeZero(rest);
    }
    return bytes;
  }

  @Test
  void read_framesWithinTheLimit_passUnchangedHoweverTheyAreCut() {
    SplittableRandom random = new SplittableRandom(3);
    ByteBuf all = frames(MOST, 9, 50, MOST, 10);
    int length = all.readableBytes();
    int passed = 0;
    while (all.isReadable()) {
      ByteBuf piece = all.readRetainedSlice(random.nextInt(Math.min(all.readableBytes(), 12)) + 1);
      ByteBuf expected = piece.copy();
      channel.writeInbound(piece);
      ByteBuf actual = channel.readInbound();
      assertEquals(expected, actual);
      passed += actual.readableBytes();
      actual.release();
    }

    assertEquals(length, passed);
    assertEquals(0, exceeded);
    assertTrue(channel.isOpen());
  }

  @Test
  void read_lengthThatCanNotBe_closesTheConnectionOnceAndKeepsNothing() {
    for (long length : new long[] {MOST + 1, 0, 8, -1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
      FrameLimit ofStranger = new FrameLimit(MOST, () -> exceeded++);
      EmbeddedChannel stranger = new EmbeddedChannel(ofStranger);
      ChannelHandlerContext context = stranger.pipeline().context(ofStranger);
      exceeded = 0;
      ByteBuf frame = frames(20, length);
      ByteBuf more = frames(20);

      assertFalse(stranger.writeInbound(frame), () -> "length " + length);
      assertFalse(stranger.isOpen());
      ofStranger.channelRead(context, more);

      assertEquals(1, exceeded);
      assertEquals(0, frame.refCnt());
      assertEquals(0, more.refCnt());
    }
  }

  @Test
  void raiseTo_moreBytes_letsThemPass() {
    limit.raiseTo(MOST + 1);

    assertTrue(channel.writeInbound(frames(MOST + 1)));
    assertEquals(0, exceeded);
  }
}
