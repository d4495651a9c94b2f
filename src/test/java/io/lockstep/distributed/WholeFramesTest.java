package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.protocol.MessageEncoder;
import org.apache.spark.network.protocol.RpcFailure;
import org.apache.spark.network.protocol.RpcRequest;
import org.junit.jupiter.api.Test;

class WholeFramesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new WholeFrames());

  private static ByteBuf frame(int length, SplittableRandom random) {
    byte[] rest = new byte[length - Long.BYTES];
    random.nextBytes(rest);
    return Unpooled.buffer(length).writeLong(length).writeBytes(rest);
  }

  /** The memory itself: below slices, and below what watches one buffer in many for leaks. */
  private static ByteBuf memory(ByteBuf buffer) {
    ByteBuf memory = buffer;
    while (memory.unwrap() != null) {
      memory = memory.unwrap();
    }
    return memory;
  }

  @Test
  void read_framesCutAnyhow_areHandedOnWholeAndUnchanged() {
    SplittableRandom random = new SplittableRandom(3);
    List<ByteBuf> frames = new ArrayList<>();
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < 200; i++) {
      frames.add(frame(random.nextInt(9, 300), random));
      all.writeBytes(frames.get(i).duplicate());
    }
    List<ByteBuf> received = new ArrayList<>();
    while (all.isReadable()) {
      int length = Math.min(all.readableBytes(), random.nextInt(1, random.nextInt(2, 700)));
      channel.writeInbound(all.readRetainedSlice(length));
      for (ByteBuf whole = channel.readInbound(); whole != null; whole = channel.readInbound()) {
        received.add(whole); // and read later: the next frames must not overwrite it
      }
    }

    assertEquals(frames, received);
    received.forEach(ByteBuf::release);
    assertEquals(1, all.refCnt());
  }

  @Test
  void read_frameAfterOneThatWasReleased_hasItsMemory() {
    SplittableRandom random = new SplittableRandom(4);
    channel.writeInbound(frame(1000, random));
    ByteBuf first = channel.readInbound();
    ByteBuf memory = memory(first);
    first.release();

    channel.writeInbound(frame(900, random));
    ByteBuf second = channel.readInbound();

    assertSame(memory, memory(second));
    assertEquals(900, second.readableBytes());
    second.release();
  }

  @Test
  void close_inTheMiddleOfAFrame_keepsNothing() {
    SplittableRandom random = new SplittableRandom(5);
    channel.writeInbound(frame(1000, random));
    ByteBuf first = channel.readInbound();
    ByteBuf memory = memory(first);
    first.release();
    ByteBuf half = frame(1000, random);
    channel.writeInbound(half.writerIndex(500));

    channel.close().syncUninterruptibly();

    assertNull(channel.readInbound());
    assertEquals(0, half.refCnt());
    assertEquals(0, memory.refCnt());
  }

  @Test
  void write_messageWithABody_isTheBytesOfSparksEncoderInOneBuffer() throws Exception {
    ByteBuffer body = ByteBuffer.allocateDirect(3000);
    for (int i = 0; body.hasRemaining(); i++) {
      body.put((byte) i);
    }
    RpcRequest message = new RpcRequest(-7, new NioManagedBuffer(body.flip()));
    EmbeddedChannel sparks = new EmbeddedChannel(MessageEncoder.INSTANCE);
    sparks.writeOutbound(message);
    FileRegion region = sparks.readOutbound();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    while (region.transferred() < region.count()) {
      long unused = region.transferTo(Channels.newChannel(expected), region.transferred());
    }

    EmbeddedChannel ours = new EmbeddedChannel(MessageEncoder.INSTANCE, new WholeFrames());
    ours.writeOutbound(message);
    ByteBuf written = ours.readOutbound();

    assertEquals(Unpooled.wrappedBuffer(expected.toByteArray()), written);
    assertTrue(written.isDirect(), "so that it is not copied");
    assertNull(ours.readOutbound());
    written.release();
    region.release();
  }

  @Test
  void write_messageWithoutABody_isLeftToSparksEncoder() {
    EmbeddedChannel ours = new EmbeddedChannel(MessageEncoder.INSTANCE, new WholeFrames());
    RpcFailure message = new RpcFailure(3, "refused");
    ours.writeOutbound(message);
    ByteBuf written = ours.readOutbound();

    assertEquals(Long.BYTES + 1 + message.encodedLength(), written.readLong());
    written.release();
  }
}
