package io.lockstep.distributed;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Closes a connection at the first frame that announces more bytes than it may have, before any of
 * them is kept: Spark's own decoder collects up to 2 GB from anybody.
 *
 * <p>Sits in front of that decoder, and only counts. Source of the format: Spark's {@code
 * TransportFrameDecoder}, 8 bytes of big-endian length, which count themselves, then the rest.
 */
final class FrameLimit extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_BYTES = 8;

  private final Runnable whenExceeded;
  private volatile long mostBytes;
  private long announced;
  private int lengthBytes;
  private long left;
  private boolean exceeded;

  /**
   * @param mostBytes of one frame, its length included
   * @param whenExceeded called once, by the connection's thread
   */
  FrameLimit(long mostBytes, Runnable whenExceeded) {
    this.mostBytes = mostBytes;
    this.whenExceeded = whenExceeded;
  }

  /** From now on, frames of up to {@code bytes} pass. */
  void raiseTo(long bytes) {
    mostBytes = bytes;
  }

  /** The longest frame that passes. */
  long mostBytes() {
    return mostBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (!exceeded && isWithinLimit(bytes)) {
      context.fireChannelRead(bytes);
      return;
    }
    bytes.release();
    if (!exceeded) {
      exceeded = true;
      whenExceeded.run();
      ChannelFuture unused = context.close();
    }
  }

  private boolean isWithinLimit(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        int inFrame = (int) Math.min(left, bytes.writerIndex() - at);
        left -= inFrame;
        at += inFrame;
      } else {
        announced = announced << 8 | bytes.getUnsignedByte(at++);
        if (++lengthBytes == LENGTH_BYTES) {
          if (announced <= LENGTH_BYTES || announced > mostBytes) {
            return false;
          }
          left = announced - LENGTH_BYTES;
          announced = 0;
          lengthBytes = 0;
        }
      }
    }
    return true;
  }
}
