package io.lockstep.notebook;

import io.lockstep.base.Checks;
import io.lockstep.data.Dealer;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.ShardGroup;
import io.lockstep.network.Network;
import io.lockstep.network.Parameter;
import io.lockstep.run.RunConfig;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.ShardTree;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import io.lockstep.training.WorkSum;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How long the mean gradient of each tensor is while a run makes its first steps, without Spark:
 * where it is 0, nothing is learned any more.
 *
 * @param losses of each step, before its update
 * @param norms of each step, by the tensor's name, in the order of the layers
 */
public record GradientNorms(double[] losses, Map<String, double[]> norms) {

  /**
   * Makes the first {@code steps} steps of {@code config} on {@code images}.
   *
   * @throws io.lockstep.base.InvalidInputException if the images don't fit the network, or shards
   *     step by themselves, which leaves no mean gradient
   */
  public static GradientNorms of(RunConfig config, LabeledImages images, int steps) {
    Checks.require(
        !config.training().stepsLocally(),
        "Norms of mean gradients need training.averageEvery = 1",
        config.training().averageEvery());
    Network network = Network.of(config.network());
    int shards = config.training().shards();
    RunPlan plan =
        RunPlan.of(network, config.data().normalization(), config.training(), images.rows());
    ShardGroup dealt = Dealer.group(images, images, shards);
    ShardWorker worker = new ShardWorker(plan, dealt);
    float[] weights = config.init().draw(network, config.training().seeds());
    TrainingSession session =
        new TrainingSession(
            config.training(), plan, weights, false, OptionalLong.of(steps), TrainingListener.NONE);

    double[] losses = new double[steps];
    Map<String, double[]> norms = new LinkedHashMap<>();
    network.parameters().forEach(tensor -> norms.put(tensor.name(), new double[steps]));
    int made = 0;
    while (session.work().kind() != Work.Kind.STOP) {
      WorkSum total = ShardTree.root(shards, worker.run(session.work()));
      if (total instanceof GradientSum sum) {
        losses[made] = sum.lossSum() / sum.weight();
        for (Parameter tensor : network.parameters()) {
          norms.get(tensor.name())[made] = norm(sum, tensor);
        }
        made++;
      }
      session.complete(total, 0);
    }
    int last = made;
    norms.replaceAll((name, values) -> Arrays.copyOf(values, last));
    return new GradientNorms(Arrays.copyOf(losses, last), norms);
  }

  private static double norm(GradientSum sum, Parameter tensor) {
    double squares = 0;
    for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
      double mean = sum.gradient()[i] / sum.weight();
      squares += mean * mean;
    }
    return Math.sqrt(squares);
  }
}
