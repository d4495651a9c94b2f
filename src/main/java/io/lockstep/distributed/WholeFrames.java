package io.lockstep.distributed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.apache.spark.network.protocol.Message;

/**
 * Hands on each frame in one piece: one that is read, from memory that it keeps; one that is
 * written, to the network in one call.
 *
 * <p>Spark's own decoder collects the pieces that the network brings, 64 kB or less, and then
 * copies them together into an array that it allocates for each message. Copied here, each piece is
 * still in the processor's cache, and Spark's decoder finds a whole frame, which it does not copy.
 *
 * <p>Spark's own encoder writes a message's head and its body one after the other, and the head
 * alone, 21 bytes, wakes a thread on the other side for nothing.
 *
 * <p>Sits between a {@link FrameLimit}, where there are strangers, and the decoder; the encoder is
 * on the other side of it. Source of the format: see there, and Spark's {@code MessageEncoder}.
 */
final class WholeFrames extends ChannelDuplexHandler {
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

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    boolean hasBody = message instanceof Message m && m.body() != null && m.isBodyInFrame();
    ChannelFuture unused = // the promise says the same
        context.write(hasBody ? frame(context, (Message) message) : message, promise);
  }

  /** Head and body, not copied together: the system gathers them. */
  private static ByteBuf frame(ChannelHandlerContext context, Message message) throws Exception {
    int headBytes = Long.BYTES + message.type().encodedLength() + message.encodedLength();
    ByteBuf head = context.alloc().directBuffer(headBytes);
    head.writeLong(headBytes + message.body().size());
    message.type().encode(head);
    message.encode(head);
    return Unpooled.wrappedBuffer(head, (ByteBuf) message.body().convertToNetty());
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
