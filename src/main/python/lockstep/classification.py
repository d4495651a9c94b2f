"""The stages of ``io.lockstep.model`` as PySpark sees them."""

import sys
from typing import Any, List, Optional

from pyspark.ml.linalg import Vector
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaWrapper
from pyspark.sql import DataFrame

from lockstep.params import ClassifierParams, PredictionParams

_JAVA_PACKAGE = "io.lockstep.model"


class NeuralNetworkClassifier(
    ClassifierParams, JavaEstimator, JavaMLWritable, JavaMLReadable
):
    """Trains a neural network on a DataFrame, in pipelines and cross-validation too.

    Exactly one of ``layers`` and ``network`` must be set:

    >>> mlp = NeuralNetworkClassifier(layers=[784, 200, 10], learningRate=0.1)
    >>> cnn = NeuralNetworkClassifier(network='''
    ...     input = [1, 28, 28]
    ...     layers = [{conv2d {filters = 10, kernel = 5}}, relu, flatten, {dense {units = 10}}]''')

    Every param is a keyword argument; ``explainParams()`` says what each means. The same rows in
    the same order, network and settings give the same weights on any cluster. One fit takes the
    cluster's slots for itself: leave ``CrossValidator``'s parallelism at 1.
    """

    def _new_stage(self) -> Any:
        return self._new_java_obj(_JAVA_PACKAGE + ".NeuralNetworkClassifier", self.uid)

    def _create_model(self, java_model: Any) -> "NeuralNetworkClassificationModel":
        return NeuralNetworkClassificationModel(java_model)


class NeuralNetworkClassificationModel(
    JavaModel, PredictionParams, JavaMLWritable, JavaMLReadable
):
    """A trained network, made by :class:`NeuralNetworkClassifier` or ``load``."""

    @property
    def numClasses(self) -> int:
        """Number of classes, which are 0 to numClasses - 1."""
        return self._call_java("numClasses")

    @property
    def numFeatures(self) -> int:
        """Values of one example."""
        return self._call_java("numFeatures")

    @property
    def weightsSha256(self) -> str:
        """SHA-256 over the weights: equal hashes, equal bits."""
        return self._call_java("weightsSha256")

    @property
    def hasSummary(self) -> bool:
        """Whether this model was fitted here, rather than loaded."""
        return self._call_java("hasSummary")

    @property
    def summary(self) -> "NeuralNetworkTrainingSummary":
        """How training went; a model that was loaded has none."""
        return NeuralNetworkTrainingSummary(self._call_java("summary"))

    def predict(self, features: Vector) -> float:
        """The class of one example."""
        return self._call_java("predict", features)

    def predictRaw(self, features: Vector) -> Vector:
        """The logits of one example."""
        return self._call_java("predictRaw", features)

    def predictProbability(self, features: Vector) -> Vector:
        """The class probabilities of one example."""
        return self._call_java("predictProbability", features)

    def __repr__(self) -> str:
        return self._call_java("toString")


class NeuralNetworkTrainingSummary(JavaWrapper):
    """How a classifier was trained; like MLlib's summaries, not saved."""

    def __init__(self, java_obj: Optional[Any] = None) -> None:
        super().__init__(java_obj)

    @property
    def objectiveHistory(self) -> List[float]:
        """Training loss of each epoch in nats per example, each taken before its step's update."""
        return list(self._call_java("objectiveHistory"))

    @property
    def objectiveHistoryPerStep(self) -> List[float]:
        """Training loss of each step in nats per example, before its update."""
        return list(self._call_java("objectiveHistoryPerStep"))

    @property
    def validationAccuracies(self) -> List[float]:
        """Accuracy on the validation rows after each epoch; empty without such rows."""
        return list(self._call_java("validationAccuracies"))

    @property
    def totalIterations(self) -> int:
        """Number of SGD steps of this fit."""
        return self._call_java("totalIterations")

    @property
    def totalEpochs(self) -> int:
        """Number of epochs that ended in this fit."""
        return self._call_java("totalEpochs")

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of the steps, without dealing the rows and without evaluation."""
        return self._call_java("seconds")

    @property
    def accuracy(self) -> float:
        """Fraction of the rows given to fit that the model predicts right."""
        return self._call_java("accuracy")

    @property
    def predictions(self) -> DataFrame:
        """The rows given to fit, with predictions."""
        return self._call_java("predictions")

    def __repr__(self) -> str:
        return self._call_java("toString")


# PySpark finds the Python class of a stage under the name of its Java class, and the Java class
# under the Python module's name. "io" is a module of Python's own and no package, so the module
# is registered rather than put into a folder of that name.
for _stage in (NeuralNetworkClassifier, NeuralNetworkClassificationModel):
    _stage.__module__ = _JAVA_PACKAGE
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]
