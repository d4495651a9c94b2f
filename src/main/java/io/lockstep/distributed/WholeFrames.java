package io.lockstep.distributed;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Hands on each frame in one piece, from memory that it keeps.
 *
 * <p>Spark's own decoder collects the pieces that the network brings, 64 kB or less, and then
 * copies them together into an array that it allocates for each message. Copied here, each piece is
 * still in the processor's cache, and Spark's decoder finds a whole frame, which it does not copy.
 *
 * <p>Sits between a {@link FrameLimit}, where there are strangers, and that decoder. Source of the
 * format: see there.
 */
final class WholeFrames extends ChannelInboundHandlerAdapter {
  private ByteBuf kept;
  private ByteBuf frame;
  private long announced;
  private int lengthBytes;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      while (bytes.isReadable()) {
        read(context, bytes);
      }
    } finally {
      bytes.release();
    }
  }

  private void read(ChannelHandlerContext context, ByteBuf bytes) {
    if (frame != null) {
      frame.writeBytes(bytes, Math.min(bytes.readableBytes(), frame.writableBytes()));
      if (!frame.isWritable()) {
        ByteBuf whole = frame;
        frame = null;
        context.fireChannelRead(whole);
      }
      return;
    }
    announced = announced << 8 | bytes.readUnsignedByte();
    if (++lengthBytes == Long.BYTES) {
      frame = memory(context, Math.toIntExact(announced));
      frame.writeLong(announced);
      announced = 0;
      lengthBytes = 0;
    }
  }

  /** An empty buffer of {@code length} bytes: the last one, unless somebody still reads it. */
  private ByteBuf memory(ChannelHandlerContext context, int length) {
    if (kept == null || kept.refCnt() > 1 || kept.capacity() < length) {
      forget();
      kept = context.alloc().directBuffer(length);
    }
    return kept.retainedSlice(0, length).clear();
  }

  private void forget() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (frame != null) {
      frame.release();
      frame = null;
    }
    forget();
  }
}
