package io.lockstep.training;

import java.util.Arrays;
import java.util.OptionalDouble;

/** Steps column by column: a long run has millions. Grows at its end, and changes nowhere else. */
final class StepColumns {
  private static final int FIRST_CAPACITY = 1024;

  private int size;
  private long[] step = new long[FIRST_CAPACITY];
  private int[] epoch = new int[FIRST_CAPACITY];
  private double[] loss = new double[FIRST_CAPACITY];
  private double[] learningRate = new double[FIRST_CAPACITY];
  private int[] examples = new int[FIRST_CAPACITY];
  private double[] seconds = new double[FIRST_CAPACITY];
  private float[] accuracy = new float[FIRST_CAPACITY];
  private float[] overheadSeconds = new float[FIRST_CAPACITY];

  synchronized int size() {
    return size;
  }

  synchronized void add(RunHistory.Step added) {
    if (size == step.length) {
      grow();
    }
    step[size] = added.step();
    epoch[size] = added.epoch();
    loss[size] = added.loss();
    learningRate[size] = added.learningRate();
    examples[size] = Math.toIntExact(added.examples());
    seconds[size] = added.seconds();
    accuracy[size] = (float) added.accuracy().orElse(Double.NaN);
    overheadSeconds[size] = (float) added.overheadSeconds().orElse(Double.NaN);
    size++;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, size);
    step = Arrays.copyOf(step, capacity);
    epoch = Arrays.copyOf(epoch, capacity);
    loss = Arrays.copyOf(loss, capacity);
    learningRate = Arrays.copyOf(learningRate, capacity);
    examples = Arrays.copyOf(examples, capacity);
    seconds = Arrays.copyOf(seconds, capacity);
    accuracy = Arrays.copyOf(accuracy, capacity);
    overheadSeconds = Arrays.copyOf(overheadSeconds, capacity);
  }

  synchronized RunHistory.Step get(int index) {
    return new RunHistory.Step(
        step[index],
        epoch[index],
        loss[index],
        learningRate[index],
        examples[index],
        seconds[index],
        known(accuracy[index]),
        known(overheadSeconds[index]));
  }

  private static OptionalDouble known(float value) {
    return Float.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
